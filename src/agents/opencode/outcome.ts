import type { SessionConflict } from '../adapter.ts';
import type { AgentEnd, AgentEndKind, AgentFinal } from '../agent.ts';
import { kindOfStatus } from '../api-status.ts';
import { endedEarly } from '../ended-early.ts';
import type { ProcessOutcome } from '../run-process.ts';
import type { OpenCodeError } from './lines.ts';

/** Errors that have a name of their own and no status. */
const kindsByName: Readonly<Record<string, AgentEndKind>> = {
  ProviderAuthError: 'authentication',
  ContextOverflowError: 'fatal',
  MessageOutputLengthError: 'fatal',
  MessageAbortedError: 'cancelled',
};

/** How an error is meant, and how long the provider asked us to wait. */
export function failureOf({ name, data }: OpenCodeError): AgentEnd {
  const status = data?.statusCode ?? null;
  const unnamed = data?.isRetryable === true ? 'retryable' : 'fatal';
  const kind = kindsByName[name] ?? (status === null ? unnamed : kindOfStatus(status));
  const seconds = Number(data?.responseHeaders?.['retry-after']);
  return {
    kind,
    message: `OpenCode: ${data?.message ?? name}`,
    ...(kind === 'retryable' && seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}),
  };
}

/** A run that we did not end and that was no success. */
export function classifyEnd(outcome: ProcessOutcome, final: AgentFinal | null): AgentEnd {
  if (final?.error) return final.error;
  return endedEarly('OpenCode', outcome, final === null && outcome.exitCode === 1 ? 'fatal' : 'crashed');
}

/** Ids are OpenCode's own, so that one can only be missing. It says so in words alone, which only has it begin anew. */
export function sessionConflict(outcome: ProcessOutcome): SessionConflict | null {
  return outcome.exitCode === 1 && /session not found/i.test(outcome.stderrTail) ? 'not_found' : null;
}
