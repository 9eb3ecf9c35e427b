import type { RepositorySyncResult } from '../selection.ts';
import type { WorkAnswer } from './desk.ts';
import type { IssueEnd, PhaseError, PhaseResult, PhaseSelection, WorkTarget } from './cycle.ts';
import type { CyclePhase } from './phases.ts';

/** A result is kept in Temporal's history, and shown: the newest of thousands suffice. */
const MAX_ISSUES = 200;
const MAX_ERRORS = 50;
/** Characters of a reason or message; the issue itself has all of it. */
const MAX_TEXT = 500;

/** A phase that begins. */
export function newPhase(phase: CyclePhase, startedAt: string): PhaseResult {
  return {
    phase,
    startedAt,
    endedAt: null,
    taken: 0,
    ended: 0,
    done: 0,
    failed: 0,
    skipped: {},
    waitingForPerson: 0,
    alreadyRunning: 0,
    stillRunning: 0,
    notStarted: 0,
    issues: [],
    repositories: [],
    errors: [],
  };
}

/** What the phase takes and leaves. */
export function withSelection(result: PhaseResult, selection: PhaseSelection): PhaseResult {
  const { targets, skipped, waitingForPerson, alreadyRunning } = selection;
  return { ...result, taken: targets.length, skipped, waitingForPerson, alreadyRunning };
}

/** An issue's answer. */
export function withAnswer(
  result: PhaseResult,
  target: WorkTarget,
  answer: Pick<WorkAnswer, 'outcome' | 'reason' | 'error'>,
): PhaseResult {
  const { error, outcome } = answer;
  const reason = answer.reason === null ? null : cut(answer.reason);
  const counted = withEnd(counts(result, outcome, reason), target, outcome, reason);
  if (outcome !== 'failed') return counted;
  const where = `${target.repository}#${target.number}`;
  return withError(counted, { severity: 'warning', name: error ?? 'Internal', message: reason ?? 'failed', where });
}

function counts(result: PhaseResult, outcome: WorkAnswer['outcome'], reason: string | null): PhaseResult {
  switch (outcome) {
    case 'done':
      return { ...result, done: result.done + 1 };
    case 'failed':
      return { ...result, failed: result.failed + 1 };
    case 'waiting_for_person':
      return { ...result, waitingForPerson: result.waitingForPerson + 1 };
    case 'already_running':
      return { ...result, alreadyRunning: result.alreadyRunning + 1 };
    case 'skipped': {
      const why = reason ?? 'skipped';
      return { ...result, skipped: { ...result.skipped, [why]: (result.skipped[why] ?? 0) + 1 } };
    }
  }
}

/** An issue whose work goes on when the phase no longer waits. */
export function withStillRunning(result: PhaseResult, target: WorkTarget): PhaseResult {
  return withEnd({ ...result, stillRunning: result.stillRunning + 1 }, target, 'still_running', null);
}

/** An issue that a dry run would take. */
export function withWouldTake(result: PhaseResult, target: WorkTarget): PhaseResult {
  return withEnd(result, target, 'would_take', null);
}

function withEnd(
  result: PhaseResult,
  { repository, number }: WorkTarget,
  outcome: IssueEnd['outcome'],
  reason: string | null,
): PhaseResult {
  const issues = [...result.issues, { repository, number, outcome, reason }].slice(-MAX_ISSUES);
  return { ...result, ended: result.ended + 1, issues };
}

export function withError(result: PhaseResult, error: PhaseError): PhaseResult {
  return { ...result, errors: [...result.errors, { ...error, message: cut(error.message) }].slice(-MAX_ERRORS) };
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}

/** A sync that goes on when the phase no longer waits. */
export function withSyncing(result: PhaseResult, repositories: number): PhaseResult {
  return { ...result, taken: repositories, stillRunning: repositories };
}

/** What a sync came to. One that reached no repository at all has failed as a whole. */
export function withSynced(result: PhaseResult, repositories: readonly RepositorySyncResult[]): PhaseResult {
  const failed = repositories.filter(({ failure }) => failure !== null);
  const counted: PhaseResult = {
    ...result,
    repositories: repositories.filter(({ outcome }) => outcome !== 'unchanged').slice(-MAX_ISSUES),
    taken: repositories.length,
    ended: repositories.length,
    done: repositories.length - failed.length,
    failed: failed.length,
    stillRunning: 0,
  };
  const severity = failed.length === repositories.length ? 'fatal' : 'warning';
  return failed.reduce<PhaseResult>(
    (current, { failure, repository }) =>
      failure ? withError(current, { severity, ...failure, where: repository }) : current,
    counted,
  );
}

/** All that it took has come to something: nothing is forgotten. */
export function isAccountedFor(result: PhaseResult, selection: PhaseSelection): boolean {
  const before = selection.waitingForPerson + selection.alreadyRunning + total(selection.skipped);
  const { done, failed, skipped, waitingForPerson, alreadyRunning, stillRunning, notStarted } = result;
  const sum = done + failed + total(skipped) + waitingForPerson + alreadyRunning + stillRunning + notStarted;
  return sum - before === result.taken;
}

function total(reasons: Readonly<Record<string, number>>): number {
  return Object.values(reasons).reduce((sum, count) => sum + count, 0);
}
