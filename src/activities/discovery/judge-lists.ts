import { judgeEnded, type ListedEnded } from '../../domain/discovery/ended.ts';
import { judgeList } from '../../domain/discovery/listing.ts';
import type { KnownPullRequest } from '../../domain/pull-request/known.ts';
import type { DiscoveryReader, Listing } from '../../github/discovery/discovery-reader.ts';

/** What is known of a repository before its lists are read. */
interface KnownRepository {
  /** Those that are open. */
  readonly known: readonly KnownPullRequest[];
  /** ISO 8601, by our clock: the last look that saw all of it; null if none did. */
  readonly lastWholeLookAt: string | null;
}

/** What the lists of one repository came to. */
export interface ListsVerdict {
  /** Node ids of open ones that are new or updated, the oldest update first. */
  readonly news: readonly string[];
  /** Node ids of those that are known and open no longer. */
  readonly vanished: readonly string[];
  /** Over, and changed since the last look. */
  readonly ended: readonly ListedEnded[];
  /** How many open ones were compared. */
  readonly listed: number;
}

interface ListSteps {
  readonly reader: Pick<DiscoveryReader, 'more'>;
  readonly throwIfCancelled: () => void;
}

/** Reads the lists of a repository as far as they must be to tell what is new. @throws GhwError */
export async function judgeLists(
  repository: KnownRepository,
  listing: Listing,
  steps: ListSteps,
): Promise<ListsVerdict> {
  const open = await judgeOpen(repository, listing, steps);
  return { ...open, ended: await changedSince(repository, listing, steps) };
}

async function judgeOpen(
  { known }: KnownRepository,
  listing: Listing,
  { reader, throwIfCancelled }: ListSteps,
): Promise<Omit<ListsVerdict, 'ended'>> {
  const { open, openCount } = listing;
  const listed = [...open.pullRequests];
  const verdict = (hasMore: boolean) => judgeList(known, { listed, openCount, hasMore });
  let judged = verdict(open.after !== null);
  if (judged.needsMore) {
    for await (const page of reader.more(listing, 'open')) {
      throwIfCancelled();
      listed.push(...page);
      judged = verdict(listed.length < openCount);
      if (!judged.needsMore) break;
    }
    // The last page said that there are no more, whatever the count was when the first one was read.
    if (judged.needsMore) judged = verdict(false);
  }
  return { news: judged.news, vanished: judged.vanished, listed: listed.length };
}

async function changedSince(
  { lastWholeLookAt }: KnownRepository,
  listing: Listing,
  { reader, throwIfCancelled }: ListSteps,
): Promise<readonly ListedEnded[]> {
  const listed = [...listing.ended.pullRequests];
  let judged = judgeEnded({ listed, hasMore: listing.ended.after !== null }, lastWholeLookAt);
  if (!judged.needsMore) return judged.changed;
  for await (const page of reader.more(listing, 'ended')) {
    throwIfCancelled();
    listed.push(...page);
    judged = judgeEnded({ listed, hasMore: true }, lastWholeLookAt);
    if (!judged.needsMore) break;
  }
  return judged.changed;
}
