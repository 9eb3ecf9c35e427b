import type { PullRequestChangeKind, RecordedChange } from './change.ts';
import { eventOf } from './event.ts';
import { ownIssueOf } from './identity.ts';
import type { KnownPullRequest } from './known.ts';
import {
  bounded,
  withHistory,
  type FailedCheck,
  type PullRequestHistoryEntry,
  type PullRequestLife,
  type PullRequestOutcome,
} from './life.ts';
import type { PullRequestNotice } from './notice.ts';
import { phaseOfPullRequest } from './phase.ts';

/** Of these an issue wants to hear at once, if the pull request is its own. */
const newsForIssue: ReadonlySet<PullRequestChangeKind> = new Set([
  'new',
  'merged',
  'closed',
  'reopened',
  'head_moved',
  'drafted',
  'ready',
]);

/**
 * Takes in what discovery tells. A change that was heard of counts once, whatever the order and however often it is told;
 * what is older than what is known changes no fact.
 */
export function applyNotice(life: PullRequestLife, notice: PullRequestNotice): PullRequestLife {
  const heard = new Set(life.heard);
  const fresh = notice.changes.filter(({ id }) => !heard.has(id));
  const isNewer = life.known === null || isSince(notice.known, life.known);
  if (fresh.length === 0 && !isNewer) return life;
  const current = isNewer ? { ...life, ...factsOf(life, notice) } : life;
  const known = current.known ?? notice.known;
  const issue = ownIssueOf(known, notice.nameWithOwner);
  const news = fresh.findLast(({ kind }) => newsForIssue.has(kind));
  const events = fresh.flatMap((change) => eventOf(change, notice) ?? []);
  return bounded({
    ...current,
    failedChecks: failedChecksOf(life, known, fresh),
    heard: [...life.heard, ...fresh.map(({ id }) => id)],
    heardRevision: Math.max(life.heardRevision, ...fresh.map(({ revision }) => revision)),
    history: [...life.history, ...fresh.map(entryOf)],
    historyCount: life.historyCount + fresh.length,
    events: [...life.events, ...events],
    issueToTell: issue === null || news === undefined ? life.issueToTell : { number: issue, change: news.id },
    outcome: life.outcome === 'cancelled' ? 'cancelled' : outcomeOf(known),
  });
}

/** By when it was seen: a ledger that was lost counts its revisions anew. */
function isSince(one: KnownPullRequest, other: KnownPullRequest): boolean {
  const [at, before] = [one, other].map(({ observedAt }) => Date.parse(observedAt));
  if (at !== before) return Number(at) > Number(before);
  return one.revision >= other.revision;
}

function factsOf(
  life: PullRequestLife,
  { known, nameWithOwner, settings }: PullRequestNotice,
): Pick<PullRequestLife, 'known' | 'nameWithOwner' | 'settings' | 'failedHeads'> {
  return { known, nameWithOwner, settings, failedHeads: failedHeadsOf(life.failedHeads, known) };
}

/** A head counts once; one whose checks have passed ends the row. */
function failedHeadsOf(before: readonly string[], known: KnownPullRequest): readonly string[] {
  if (phaseOfPullRequest(known) === 'checks_failed') {
    return before.includes(known.headOid) ? before : [...before, known.headOid];
  }
  return known.rollup === 'success' ? [] : before;
}

/** Follows single checks of the present head; those of another one say nothing of it. */
function failedChecksOf(
  life: PullRequestLife,
  known: KnownPullRequest,
  changes: readonly RecordedChange[],
): readonly FailedCheck[] {
  if (known.rollup === 'success') return [];
  let failed = life.known?.headOid === known.headOid ? life.failedChecks : [];
  for (const { check, kind } of changes) {
    if (check?.headOid !== known.headOid) continue;
    failed = failed.filter(({ name }) => name !== check.name);
    if (kind === 'check_failed') failed = [...failed, { name: check.name, detailsUrl: check.detailsUrl }];
  }
  return failed;
}

function outcomeOf(known: KnownPullRequest): PullRequestOutcome | null {
  if (known.state !== 'open') return known.state;
  return known.skippedBy === null ? null : 'skipped';
}

function entryOf({ at, check, fields, from, kind, to }: RecordedChange): PullRequestHistoryEntry {
  const moved = from === null && to === null ? '' : `${from ?? 'nothing'} → ${to ?? 'nothing'}`;
  const parts = [check?.name ?? '', moved, fields.join(', ')];
  return {
    at,
    what: kind,
    detail: parts
      .filter((part) => part !== '')
      .join(': ')
      .slice(0, 300),
  };
}

/** Nobody knows it. A ledger that has lost what was known says nothing of the pull request. */
export function applyUnknown(life: PullRequestLife): PullRequestLife {
  return life.known === null ? { ...life, outcome: 'unknown' } : life;
}

/** Somebody's word that nothing is done about it; what happens is taken down all the same. */
export function applyPause(
  life: PullRequestLife,
  { at, by, reason }: { readonly at: string; readonly by: string; readonly reason: string | null },
): PullRequestLife {
  const detail = `by ${by}${reason === null ? '' : `: ${reason}`}`;
  return withHistory({ ...life, paused: { by, reason, at } }, { at, what: 'pause', detail });
}

/** Takes a pause back. */
export function applyResume(
  life: PullRequestLife,
  { at, by }: { readonly at: string; readonly by: string },
): PullRequestLife {
  return withHistory({ ...life, paused: null }, { at, what: 'resume', detail: `by ${by}` });
}

/** The issue has heard of what happened up to `change`, or is not there to hear; what came meanwhile is still to be told. */
export function withIssueTold(life: PullRequestLife, change: string, { at, detail }: Told): PullRequestLife {
  const issueToTell = life.issueToTell?.change === change ? null : life.issueToTell;
  return withHistory({ ...life, issueToTell }, { at, what: 'tell_issue', detail });
}

/** An event was delivered, or given up. */
export function withEventDelivered(life: PullRequestLife, id: string, { at, detail }: Told): PullRequestLife {
  const rest = { ...life, events: life.events.filter((event) => event.id !== id) };
  // That it went well is no news.
  return detail === '' ? rest : withHistory(rest, { at, what: 'event', detail });
}

interface Told {
  readonly at: string;
  readonly detail: string;
}
