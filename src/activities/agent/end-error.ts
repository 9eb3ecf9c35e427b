import type { AgentEnd } from '../../agents/agent.ts';
import { GhwError, type ErrorName } from '../../domain/errors.ts';

const endNames: Readonly<Record<AgentEnd['kind'], ErrorName>> = {
  ok: 'AgentFailed',
  retryable: 'AgentOverloaded',
  authentication: 'AgentAuthentication',
  exhausted: 'AgentExhausted',
  fatal: 'AgentFailed',
  limit_reached: 'AgentLimitReached',
  cancelled: 'AgentFailed',
  crashed: 'AgentCrashed',
  hung: 'AgentHung',
};

/** The error of an agent that did not end well. @param who - the issue and the agent, for the reader */
export function endError({ kind, message, retryAfterMs }: AgentEnd, who: string): GhwError {
  return new GhwError(endNames[kind], `${who}: ${message}`, retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** The same error, with no further attempt. */
export function notAgain(error: unknown): GhwError {
  if (error instanceof GhwError) return new GhwError(error.name, error.message, { hint: error.hint, retryable: false });
  const message = error instanceof Error ? error.message : String(error);
  return new GhwError('Internal', message, { retryable: false, cause: error });
}
