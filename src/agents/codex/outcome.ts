import type { SessionConflict } from '../adapter.ts';
import type { AgentEnd, AgentEndKind, AgentFinal } from '../agent.ts';
import { kindOfStatus } from '../api-status.ts';
import { endedEarly } from '../ended-early.ts';
import type { ProcessOutcome } from '../run-process.ts';

/** `unexpected status 401 …`, `last status: 429 …` */
const STATUS = /\bstatus:? (\d{3})\b/;

/** Codex tells failures in words alone: a status stands among them, and this is the one of those without that is final. */
const TOO_LONG = /\bcontext window\b/;

/** How a failed turn is meant. Without a status the answer never came, broke off or was none. */
export function failureKind(message: string): AgentEndKind {
  const status = STATUS.exec(message)?.[1];
  if (status !== undefined) return kindOfStatus(Number(status));
  return TOO_LONG.test(message) ? 'fatal' : 'retryable';
}

/** A run that we did not end and that was no success: 2 is a wrong argument, 1 what it says on standard error. */
export function classifyEnd(outcome: ProcessOutcome, final: AgentFinal | null): AgentEnd {
  if (final?.error) return final.error;
  const isRefused = final === null && (outcome.exitCode === 1 || outcome.exitCode === 2);
  return endedEarly('Codex', outcome, isRefused ? 'fatal' : 'crashed');
}

/** Ids are Codex's own, so that one can only be missing. It says so in words alone, which only has it begin anew. */
export function sessionConflict(outcome: ProcessOutcome): SessionConflict | null {
  return outcome.exitCode === 1 && /no rollout found/i.test(outcome.stderrTail) ? 'not_found' : null;
}
