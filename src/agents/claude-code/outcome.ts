import type { AgentEnd, AgentEndKind, AgentFinal } from '../agent.ts';
import type { SessionConflict } from '../adapter.ts';
import type { ProcessOutcome } from '../run-process.ts';
import { kindOfStatus } from '../api-status.ts';
import { endedEarly } from '../ended-early.ts';
import type { ClaudeResult } from './lines.ts';

/** The CLI's own names for what went wrong at the API. */
const kindsByCode: Readonly<Record<string, AgentEndKind>> = {
  authentication_failed: 'authentication',
  oauth_org_not_allowed: 'authentication',
  billing_error: 'exhausted',
  rate_limit: 'retryable',
  overloaded: 'retryable',
  server_error: 'retryable',
};

/** How a failed result is meant; `code` is what the CLI called the API's last error, if it did. */
export function failureKind(result: ClaudeResult, code: string | null): AgentEndKind {
  if (result.subtype === 'error_max_turns' || result.subtype === 'error_max_budget_usd') return 'limit_reached';
  if (result.terminal_reason === 'prompt_too_long') return 'fatal';
  const status = result.api_error_status ?? null;
  if (status !== null) return kindOfStatus(status);
  const named = code === null ? undefined : kindsByCode[code];
  if (named) return named;
  // No status: the answer never came, broke off or was none.
  return result.terminal_reason === 'api_error' ? 'retryable' : 'fatal';
}

/**
 * A run that we did not end and that was no success. Without a result the CLI was ended by somebody else: it exits with
 * 143 on SIGTERM and with 0 on SIGINT.
 */
export function classifyEnd(outcome: ProcessOutcome, final: AgentFinal | null): AgentEnd {
  if (final?.error) return final.error;
  // Exit code 1 without a result: it did not understand its arguments or its home.
  return endedEarly('Claude Code', outcome, final === null && outcome.exitCode === 1 ? 'fatal' : 'crashed');
}

/**
 * The CLI says this in words alone. They decide nothing but whether to try once the other way; the session's file
 * decides the rest.
 */
export function sessionConflict(outcome: ProcessOutcome): SessionConflict | null {
  if (outcome.exitCode !== 1) return null;
  if (outcome.stderrTail.includes('No conversation found with session ID')) return 'not_found';
  return /Session ID \S+ is already in use/.test(outcome.stderrTail) ? 'already_exists' : null;
}
