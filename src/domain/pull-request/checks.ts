import type { PullRequestChange } from './change.ts';
import type { KnownCheck } from './known.ts';
import type { CheckCounts, ObservedCheck, ObservedChecks } from './observed.ts';
import { isCheckSkipped, type SkipRules } from './skip.ts';
import { hasFailed, hasPassed, type CheckOutcome, type RollupState } from './states.ts';
import { compareTimes, isLater, isSameTime } from './times.ts';

/** What a look at the checks of one commit brought. */
export interface DetectedChecks {
  readonly rollup: RollupState | null;
  readonly counts: CheckCounts;
  /** Rows that are new or have changed. */
  readonly rows: readonly KnownCheck[];
  readonly changes: readonly PullRequestChange[];
}

/**
 * Compares what a look saw of a commit's checks with all that is known of the same commit's.
 *
 * @param known - also runs that newer ones have replaced
 */
export function detectChecks(known: readonly KnownCheck[], seen: ObservedChecks, rules: SkipRules): DetectedChecks {
  if (seen.list === null) return { rollup: seen.rollup, counts: seen.counts, rows: [], changes: [] };
  const before = new Map(known.map((check) => [check.externalId, check]));
  const newest = newestRuns(seen.list);
  const rows: KnownCheck[] = [];
  const changes: PullRequestChange[] = [];
  const now: KnownCheck[] = [];
  for (const check of newest) {
    const was = before.get(check.externalId);
    const isSkipped = isCheckSkipped(check.name, rules);
    const shown = was && !isNewerReport(was, check) ? was : check;
    const row = { ...shown, headOid: seen.headOid, isCurrent: true, isSkipped };
    now.push(row);
    if (!was || !isSameRow(was, row)) rows.push(row);
    const change = changeOf(was, row);
    if (change) changes.push(change);
  }
  const names = new Set(newest.map(runOf));
  const current = new Set(newest.map(({ externalId }) => externalId));
  for (const check of known) {
    const isReplaced = check.isCurrent && !current.has(check.externalId) && (seen.isWhole || names.has(runOf(check)));
    if (isReplaced) rows.push({ ...check, isCurrent: false });
  }
  return { ...summaryOf(seen, now), rows, changes };
}

/** A check that ran again is there twice: the newest run counts, and one that has not begun is newer than any. */
function newestRuns(list: readonly ObservedCheck[]): readonly ObservedCheck[] {
  const newest = new Map<string, ObservedCheck>();
  for (const check of list.map(sound)) {
    const other = newest.get(runOf(check));
    if (!other || isNewerRun(check, other)) newest.set(runOf(check), check);
  }
  return [...newest.values()];
}

/** Only what has ended has a conclusion. One that ended without any has not failed. */
function sound(check: ObservedCheck): ObservedCheck {
  if (check.status !== 'completed') return { ...check, conclusion: null };
  return { ...check, conclusion: check.conclusion ?? 'neutral' };
}

function isNewerRun(check: ObservedCheck, other: ObservedCheck): boolean {
  if (check.startedAt === null || other.startedAt === null) {
    return check.startedAt === null && (other.startedAt !== null || check.externalId > other.externalId);
  }
  const order = compareTimes(check.startedAt, other.startedAt);
  return order === 0 ? check.externalId >= other.externalId : order > 0;
}

/** Names the check that a run is a run of. */
function runOf({ kind, app, workflow, name }: ObservedCheck): string {
  return JSON.stringify([kind, app, workflow, name]);
}

/** A run does not go back: one that has ended, or was reported later, has been seen later. */
function isNewerReport(was: KnownCheck, now: ObservedCheck): boolean {
  if (was.startedAt !== null && now.startedAt !== null) {
    const order = compareTimes(now.startedAt, was.startedAt);
    if (order !== 0) return order > 0;
  }
  if (was.status !== 'completed') return true;
  if (now.status !== 'completed') return false;
  return now.completedAt === null || was.completedAt === null || compareTimes(now.completedAt, was.completedAt) >= 0;
}

function isSameRow(was: KnownCheck, now: KnownCheck): boolean {
  const { startedAt: startedBefore, completedAt: completedBefore, ...before } = was;
  const { startedAt, completedAt, ...after } = now;
  return (
    isSameTime(startedBefore, startedAt) &&
    isSameTime(completedBefore, completedAt) &&
    (Object.keys(after) as (keyof typeof after)[]).every((name) => before[name] === after[name])
  );
}

function changeOf(was: KnownCheck | undefined, now: KnownCheck): PullRequestChange | null {
  const hadEnded = was?.status === 'completed';
  const kind = kindOf(now);
  if (kind === 'check_started' ? was && !hadEnded : hadEnded && isSameEnd(was, now)) return null;
  const { externalId, name, headOid, detailsUrl } = now;
  return {
    kind,
    from: was ? wordOf(was) : null,
    to: wordOf(now),
    check: { externalId, name, headOid, detailsUrl },
    fields: [],
    insignificant: now.isSkipped ? `check ${name}` : null,
  };
}

function kindOf(check: CheckOutcome): 'check_started' | 'check_failed' | 'check_finished' {
  if (check.status !== 'completed') return 'check_started';
  return hasFailed(check) ? 'check_failed' : 'check_finished';
}

function isSameEnd(was: KnownCheck, now: KnownCheck): boolean {
  const endedAgain = now.completedAt !== null && isLater(now.completedAt, was.completedAt);
  return was.conclusion === now.conclusion && !(endedAgain && was.completedAt !== null);
}

function wordOf({ status, conclusion }: CheckOutcome): string {
  return conclusion ?? status;
}

/** GitHub's own word counts runs that were replaced; where all runs are known, ours does not. */
function summaryOf(seen: ObservedChecks, checks: readonly KnownCheck[]): Pick<DetectedChecks, 'rollup' | 'counts'> {
  if (!seen.isWhole) return { rollup: seen.rollup, counts: seen.counts };
  const counted = checks.filter(({ isSkipped }) => !isSkipped);
  const passed = counted.filter(hasPassed).length;
  const failed = counted.filter(hasFailed).length;
  const counts = { total: counted.length, pending: counted.length - passed - failed, passed, failed };
  if (failed > 0) return { rollup: 'failure', counts };
  if (counts.pending > 0) return { rollup: 'pending', counts };
  // A required check that nobody has begun is in no list.
  if (seen.rollup === 'expected') return { rollup: 'expected', counts };
  return { rollup: counts.total > 0 ? 'success' : null, counts };
}
