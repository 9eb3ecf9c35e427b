import type { SessionConflict } from '../adapter.ts';
import type { AgentEnd, AgentEndKind, AgentFinal } from '../agent.ts';
import { kindOfStatus } from '../api-status.ts';
import { endedEarly } from '../ended-early.ts';
import type { ProcessOutcome } from '../run-process.ts';

/** The CLI's own exit codes, as its documentation lists them. */
const kindsByCode: Readonly<Record<number, AgentEndKind>> = {
  41: 'authentication',
  42: 'fatal',
  44: 'fatal',
  52: 'fatal',
  53: 'limit_reached',
  55: 'fatal',
};

/** Statuses of the API. The CLI exits with one, of which the system keeps the lowest eight bits. */
const statuses = [400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529];

/** A run that we did not end and that was no success. On SIGTERM and SIGINT it exits with 0 and without a result. */
export function classifyEnd(outcome: ProcessOutcome, final: AgentFinal | null): AgentEnd {
  const code = outcome.exitCode;
  const status = statuses.find((candidate) => candidate % 256 === code);
  const byStatus = status === undefined ? undefined : kindOfStatus(status);
  const kind = code === null ? undefined : (kindsByCode[code] ?? byStatus);
  if (final?.error) return { ...final.error, kind: kind ?? final.error.kind };
  if (kind !== undefined) return endedEarly('Gemini CLI', outcome, kind);
  return endedEarly('Gemini CLI', outcome, final === null && code === 1 ? 'fatal' : 'crashed');
}

/** 42 is wrong input, in which a session is the only thing that may be wrong. */
export function sessionConflict(outcome: ProcessOutcome, final: AgentFinal | null): SessionConflict | null {
  if (outcome.exitCode !== 42 || final !== null) return null;
  return /already (?:exists|in use)/i.test(outcome.stderrTail) ? 'already_exists' : 'not_found';
}
