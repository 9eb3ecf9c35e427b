import { type KnownPullRequest, waitsForChecks } from '../pull-request/known.ts';
import type { CheckCounts } from '../pull-request/observed.ts';
import type { RollupState } from '../pull-request/states.ts';

/** Checks do not begin in the moment of a push; for so long, none are no answer yet. */
const GRACE_MS = 10 * 60_000;
/** What has ended may begin anew, which moves no time of the pull request: looked at again after this. */
const RECHECK_MS = 30 * 60_000;
/** After this it is looked at again even if a request of its own is needed. */
const OVERDUE_MS = 4 * RECHECK_MS;

/** When checks were last looked at, by node id, in milliseconds since 1970; also where nothing was new. */
export type LookedAt = ReadonlyMap<string, number>;

/**
 * The open pull requests whose checks are to be counted now: all that wait for theirs, and, as far as the last request has
 * room, those whose checks have ended the longest time ago.
 *
 * @param perRequest - pull requests that one request asks for
 * @returns node ids
 */
export function checksToCount(
  open: readonly KnownPullRequest[],
  { lookedAt, now, perRequest }: { readonly lookedAt: LookedAt; readonly now: number; readonly perRequest: number },
): readonly string[] {
  const lastLook = (one: KnownPullRequest): number =>
    Math.max(lookedAt.get(one.id) ?? 0, one.checksObservedAt === null ? 0 : Date.parse(one.checksObservedAt));
  const isWaiting = (one: KnownPullRequest): boolean => waitsForChecks(one) || isYoungWithout(one, now);
  const waiting = open.filter((one) => isWaiting(one));
  const resting = open
    .filter((one) => !isWaiting(one) && now - lastLook(one) >= RECHECK_MS)
    .sort((a, b) => lastLook(a) - lastLook(b));
  const [oldest] = resting;
  const isOverdue = oldest !== undefined && now - lastLook(oldest) >= OVERDUE_MS;
  const room = (perRequest - (waiting.length % perRequest)) % perRequest;
  const more = waiting.length === 0 || (room === 0 && isOverdue) ? perRequest : room;
  return [...waiting, ...resting.slice(0, more)].map(({ id }) => id);
}

function isYoungWithout({ counts, rollup, updatedAt }: KnownPullRequest, now: number): boolean {
  return rollup === null && (counts?.total ?? 0) === 0 && now - Date.parse(updatedAt) < GRACE_MS;
}

/** True if a count shows that the checks themselves are to be read. */
export function hasCheckNews(
  known: Pick<KnownPullRequest, 'headOid' | 'rollup' | 'counts'>,
  counted: { readonly headOid: string; readonly rollup: RollupState | null; readonly counts: CheckCounts },
): boolean {
  if (known.headOid !== counted.headOid || known.rollup !== counted.rollup || known.counts === null) return true;
  const keys = ['total', 'pending', 'passed', 'failed'] as const;
  return keys.some((key) => known.counts?.[key] !== counted.counts[key]);
}
