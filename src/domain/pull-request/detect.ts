import type { PullRequestChange, PullRequestChangeKind } from './change.ts';
import { detectChecks, type DetectedChecks } from './checks.ts';
import type { KnownCheck, KnownPullRequest } from './known.ts';
import type { ObservedChecks, ObservedPullRequest } from './observed.ts';
import { skippedBy, type SkipRules } from './skip.ts';
import { isLater, isNewerLook, isSameTime } from './times.ts';

/** All that is known of a pull request before a look at it. */
export interface Known {
  readonly pullRequest: KnownPullRequest;
  /** Every run of a check of the commit whose checks the look saw. */
  readonly checks: readonly KnownCheck[];
}

/** What a look at a pull request brought. */
export interface Detected {
  readonly pullRequest: KnownPullRequest;
  /** False if nothing is new but the time of the look. */
  readonly isNew: boolean;
  /** Rows of checks that are new or have changed. */
  readonly checks: readonly KnownCheck[];
  readonly changes: readonly PullRequestChange[];
}

/**
 * Compares what a look saw with what is known. A look that is older than what is known brings nothing: GitHub's own time
 * of change decides, and between looks that show the same, ours.
 *
 * @returns null if it brings nothing
 */
export function detectPullRequest(known: Known | null, seen: ObservedPullRequest, rules: SkipRules): Detected | null {
  const before = known?.pullRequest ?? null;
  const shows = before === null || isNewerLook(seen, before);
  const after = before !== null && !shows ? before : shownBy(before, seen, rules);
  const checks = newerChecks(after, seen.checks);
  if (!shows && checks === null) return null;
  const found = checks && detectChecks(known?.checks ?? [], checks, rules);
  const pullRequest = found && checks ? withChecks(after, found, checks) : after;
  const changes = [
    ...(shows ? changesOf(before, pullRequest) : []),
    ...checksChanged(before, pullRequest),
    ...(found?.changes ?? []),
  ].map((change) => judged(change, pullRequest));
  const isNew = before === null || !isSame(before, pullRequest) || (found?.rows.length ?? 0) > 0;
  const revision = (before?.revision ?? 0) + (changes.length > 0 ? 1 : 0);
  return { pullRequest: { ...pullRequest, revision }, isNew, checks: found?.rows ?? [], changes };
}

function shownBy(before: KnownPullRequest | null, seen: ObservedPullRequest, rules: SkipRules): KnownPullRequest {
  const { checks: _checks, ...shown } = seen;
  const isSameHead = before?.headOid === seen.headOid;
  // GitHub forgets, and works it out again when asked.
  const forgets = seen.mergeable === 'unknown' && isSameHead && before.baseRefName === seen.baseRefName;
  return {
    ...shown,
    mergeable: forgets ? before.mergeable : seen.mergeable,
    observedAt: before && isLater(before.observedAt, seen.observedAt) ? before.observedAt : seen.observedAt,
    rollup: isSameHead ? before.rollup : null,
    counts: isSameHead ? before.counts : null,
    checksObservedAt: isSameHead ? before.checksObservedAt : null,
    revision: before?.revision ?? 0,
    skippedBy: skippedBy(seen, rules),
  };
}

/**
 * Null if these are not of the head, or no newer than what is known. A head may be what it was once before: what was seen
 * of it then is older than what is known of the pull request.
 */
function newerChecks(known: KnownPullRequest, seen: ObservedChecks | null): ObservedChecks | null {
  if (seen?.headOid !== known.headOid || isLater(known.observedAt, seen.observedAt)) return null;
  return isLater(seen.observedAt, known.checksObservedAt) ? seen : null;
}

function withChecks(
  known: KnownPullRequest,
  { rollup, counts }: DetectedChecks,
  { observedAt }: ObservedChecks,
): KnownPullRequest {
  return { ...known, rollup, counts, checksObservedAt: observedAt };
}

function changesOf(before: KnownPullRequest | null, after: KnownPullRequest): readonly PullRequestChange[] {
  if (before === null) {
    const isOver = after.state !== 'open';
    return [changed('new', null, null), ...(isOver ? [changed(after.state, 'open', after.state)] : [])];
  }
  const changes: PullRequestChange[] = [];
  const compare = (kind: PullRequestChangeKind, from: string, to: string): void => {
    if (from !== to) changes.push(changed(kind, from, to));
  };
  compare('head_moved', before.headOid, after.headOid);
  compare('renamed', before.title, after.title);
  compare('base_changed', before.baseRefName, after.baseRefName);
  if (before.isDraft !== after.isDraft) changes.push(changed(after.isDraft ? 'drafted' : 'ready', null, null));
  compare(after.state === 'open' ? 'reopened' : after.state, before.state, after.state);
  const fields = changedFields(before, after);
  const isOtherwiseUpdated = changes.length === 0 && isLater(after.updatedAt, before.updatedAt);
  if (fields.length > 0 || isOtherwiseUpdated) changes.push({ ...changed('updated', null, null), fields });
  if ((before.skippedBy === null) !== (after.skippedBy === null)) {
    changes.push(changed(after.skippedBy === null ? 'unskipped' : 'skipped', before.skippedBy, after.skippedBy));
  }
  return changes;
}

function changed(kind: PullRequestChangeKind, from: string | null, to: string | null): PullRequestChange {
  return { kind, from, to, check: null, fields: [], insignificant: null };
}

function changedFields(before: KnownPullRequest, after: KnownPullRequest): readonly string[] {
  // That it can be merged is what everybody hopes; only the contrary, and its end, are news.
  const meets = [before.mergeable, after.mergeable].includes('conflicting') && before.mergeable !== after.mergeable;
  return [
    ...(hasSameLabels(before, after) ? [] : ['labels']),
    ...(before.author === after.author ? [] : ['author']),
    ...(before.headRefName === after.headRefName ? [] : ['headRefName']),
    ...(before.headRepository === after.headRepository ? [] : ['headRepository']),
    ...(meets ? ['mergeable'] : []),
  ];
}

function hasSameLabels(before: KnownPullRequest, after: KnownPullRequest): boolean {
  return JSON.stringify([...before.labels].sort()) === JSON.stringify([...after.labels].sort());
}

/** A new head has none at first: that goes without saying. */
function checksChanged(before: KnownPullRequest | null, after: KnownPullRequest): readonly PullRequestChange[] {
  const from = before?.headOid === after.headOid ? before.rollup : null;
  return from === after.rollup ? [] : [changed('checks_changed', from, after.rollup)];
}

/** Whom it concerns hears that a pull request is over, or left alone from now on. Else, what is left alone is no news. */
function judged(change: PullRequestChange, { state, skippedBy: skipped }: KnownPullRequest): PullRequestChange {
  if (change.insignificant !== null) return change;
  if (change.kind === 'closed' || change.kind === 'merged' || change.kind === 'skipped') return change;
  if (state !== 'open') return { ...change, insignificant: `it is ${state}` };
  return skipped === null ? change : { ...change, insignificant: skipped };
}

const times = ['createdAt', 'updatedAt', 'mergedAt', 'closedAt'] as const;
const others = [
  ...(['id', 'number', 'url', 'title', 'state', 'isDraft', 'headRefName', 'headOid', 'baseRefName'] as const),
  ...(['headRepository', 'viewerDidAuthor', 'repositoryId', 'author', 'mergeable', 'rollup', 'skippedBy'] as const),
] as const;

/** In all but the times of looks. */
function isSame(before: KnownPullRequest, after: KnownPullRequest): boolean {
  return (
    others.every((name) => before[name] === after[name]) &&
    times.every((name) => isSameTime(before[name], after[name])) &&
    hasSameLabels(before, after) &&
    JSON.stringify(before.counts) === JSON.stringify(after.counts)
  );
}
