import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { GhwError } from '../domain/errors.ts';

/**
 * What an error becomes in Temporal: its stable name as the type, GitHub's own delay as the next retry's, and no retry
 * where trying again cannot help.
 *
 * @param details - what the workflow is to know besides, such as the trace of a run
 */
export function toFailure(error: unknown, details: readonly unknown[] = []): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (!(error instanceof GhwError)) {
    const message = error instanceof Error ? error.message : String(error);
    return ApplicationFailure.create({
      type: 'Internal',
      message,
      details: [...details],
      cause: error instanceof Error ? error : undefined,
    });
  }
  const hint = error.hint === undefined ? '' : ` ${error.hint}`;
  return ApplicationFailure.create({
    type: error.name,
    message: `${error.message}${hint}`,
    nonRetryable: !error.retryable,
    nextRetryDelay: error.retryAfterMs,
    details: [...details],
  });
}

/** The failure of an attempt that its worker ended, not the workflow: a later attempt goes on. */
export function shutdown(): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'WorkerShutdown',
    message: 'The worker stopped; the next attempt goes on.',
  });
}

/** True for a cancellation that nobody asked for: the worker stops, or the attempt was paused or superseded. */
function isOfWorker(error: unknown): boolean {
  if (!(error instanceof CancelledFailure)) return false;
  return !Context.current().cancellationDetails?.cancelRequested;
}

/** Wraps an activity so that whatever it throws reaches the workflow in that form. */
export function activity<Args extends unknown[], Result>(
  run: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await run(...args);
    } catch (error) {
      throw isOfWorker(error) ? shutdown() : toFailure(error);
    }
  };
}
