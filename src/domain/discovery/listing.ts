import type { KnownPullRequest } from '../pull-request/known.ts';

/** A pull request as a list shows it. */
export interface Listed {
  readonly id: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** As much of a known pull request as a list is compared with. */
export type KnownListed = Pick<KnownPullRequest, 'id' | 'observedAt' | 'updatedAt'>;

/** How far a list of open pull requests was read, newest update first. */
export interface ListSoFar {
  readonly listed: readonly Listed[];
  /** How many there are, whether listed or not. */
  readonly openCount: number;
  readonly hasMore: boolean;
}

/**
 * Looked at again though older than what is known: GitHub's own replicas are behind one another by moments, and its times
 * are whole seconds.
 */
export const OVERLAP_MS = 120_000;

/** Seen so soon after its update, it may have been updated once more in the same second. */
const SETTLED_MS = 10_000;

/** What a list says in comparison with what the ledger knows as open. */
export interface ListVerdict {
  /** Node ids of what is new or updated, the oldest update first. */
  readonly news: readonly string[];
  /** Node ids of what is known and open no longer. Meaningless as long as `needsMore`. */
  readonly vanished: readonly string[];
  /** The list was not read far enough to tell. */
  readonly needsMore: boolean;
}

/**
 * Judges a list. It is read until it reaches what is known; and to its end, where the numbers show that something known is
 * open no longer: what is open is either listed as news or known, so that both together must be as many as GitHub says.
 *
 * News come oldest first: whoever keeps them in that order and is stopped has kept nothing newer than what is missing, and
 * the next list is read as far as that again.
 */
export function judgeList(known: readonly KnownListed[], list: ListSoFar): ListVerdict {
  const byId = new Map(known.map((one) => [one.id, one]));
  const listedIds = new Set(list.listed.map(({ id }) => id));
  const news = list.listed.filter((one) => isNews(byId.get(one.id), one));
  const vanished = known.flatMap(({ id }) => (listedIds.has(id) ? [] : [id]));
  return {
    news: news.sort((a, b) => Date.parse(a.updatedAt) - Date.parse(b.updatedAt)).map(({ id }) => id),
    vanished: list.hasMore ? [] : vanished,
    needsMore: list.hasMore && (!reachesKnown(known, list) || listedIds.size + vanished.length !== list.openCount),
  };
}

/** True if a list shows something that is not known, or not certainly as it is. */
export function isNews(known: KnownListed | undefined, { updatedAt }: Listed): boolean {
  if (known === undefined || Date.parse(known.updatedAt) !== Date.parse(updatedAt)) return true;
  return Date.parse(known.observedAt) - Date.parse(updatedAt) < SETTLED_MS;
}

function reachesKnown(known: readonly KnownListed[], { listed }: ListSoFar): boolean {
  const last = listed.at(-1);
  if (known.length === 0 || last === undefined) return false;
  const newest = Math.max(...known.map(({ updatedAt }) => Date.parse(updatedAt)));
  return Date.parse(last.updatedAt) < newest - OVERLAP_MS;
}
