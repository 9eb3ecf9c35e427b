import { isNews, OVERLAP_MS, type KnownListed, type Listed } from './listing.ts';

/** A pull request as a list of those that are over shows it. */
export interface ListedEnded extends Listed {
  /** ISO 8601. */
  readonly createdAt: string;
}

/** How far a list of merged and closed pull requests was read, newest update first. */
export interface EndedListSoFar {
  readonly listed: readonly ListedEnded[];
  readonly hasMore: boolean;
}

/** What a list of those that are over brings. */
export interface EndedVerdict {
  /** Changed since the last look, the oldest update first. The ledger says which of them it has as they are. */
  readonly changed: readonly ListedEnded[];
  /** The list was not read as far as the last look. */
  readonly needsMore: boolean;
}

/**
 * Judges a list of pull requests that are over: only what changed since the last look can be news.
 *
 * @param since - ISO 8601, by our clock: the last look that saw all of the repository; null before the first, which begins
 *   with what is open
 */
export function judgeEnded({ hasMore, listed }: EndedListSoFar, since: string | null): EndedVerdict {
  if (since === null) return { changed: [], needsMore: false };
  const changed = listed.filter(({ updatedAt }) => isSince(updatedAt, since));
  return {
    changed: changed.sort((a, b) => Date.parse(a.updatedAt) - Date.parse(b.updatedAt)),
    needsMore: hasMore && changed.length === listed.length,
  };
}

/**
 * Those that the ledger does not have as they are. One that it does not know at all concerns nobody, unless it began since
 * the last look.
 *
 * @param known - what the ledger knows of them; those that it does not know are missing
 */
export function endedNews(
  changed: readonly ListedEnded[],
  { known, since }: { readonly known: readonly KnownListed[]; readonly since: string | null },
): readonly string[] {
  const byId = new Map(known.map((one) => [one.id, one]));
  const news = changed.filter((one) => {
    const before = byId.get(one.id);
    return before ? isNews(before, one) : since !== null && isSince(one.createdAt, since);
  });
  return news.map(({ id }) => id);
}

function isSince(time: string, since: string): boolean {
  return Date.parse(time) >= Date.parse(since) - OVERLAP_MS;
}
