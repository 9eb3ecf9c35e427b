import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/workflow';
import type { RunFailureDetails } from '../activities/agent/types.ts';
import { isErrorName, type Failure } from '../domain/errors.ts';
import type { ReachedLimit } from '../domain/limit.ts';
import type { RunTrace } from '../domain/progress/run.ts';

function causeOf(error: unknown): unknown {
  return error instanceof ActivityFailure ? error.cause : error;
}

/** What a failed step becomes in the state. */
export function failureOf(error: unknown, now: string): Failure {
  const cause = causeOf(error);
  if (cause instanceof ApplicationFailure) {
    const name = isErrorName(cause.type) ? cause.type : 'Internal';
    return { name, message: cause.message, at: now };
  }
  if (cause instanceof TimeoutFailure) {
    return { name: 'Internal', message: `The step timed out (${cause.timeoutType}).`, at: now };
  }
  return { name: 'Internal', message: cause instanceof Error ? cause.message : 'Unknown failure', at: now };
}

/** True if GitHub does not know what was asked for. */
export function isNotFound(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof ApplicationFailure && cause.type === 'GitHubNotFound';
}

/** What a run that failed or was stopped left behind, where it could still say so. */
export function traceOf(error: unknown): RunTrace | null {
  return detailsOf(error)?.trace ?? null;
}

/** The limit that ended a run; null if none did. */
export function limitOf(error: unknown): ReachedLimit | null {
  return detailsOf(error)?.limit ?? null;
}

function detailsOf(error: unknown): RunFailureDetails | undefined {
  const cause = causeOf(error);
  if (!(cause instanceof ApplicationFailure) && !(cause instanceof CancelledFailure)) return undefined;
  const [details] = (cause.details ?? []) as readonly (RunFailureDetails | undefined)[];
  return details;
}
