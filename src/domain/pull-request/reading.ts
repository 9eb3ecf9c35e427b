import type { PullRequestChange } from './change.ts';
import { detectPullRequest, type Detected, type Known } from './detect.ts';
import type { ObservedPullRequest, RepositoryReading } from './observed.ts';
import type { SkipRules } from './skip.ts';
import { isLater, isNewerLook } from './times.ts';

/**
 * Compares what a look saw of a repository's pull requests with what is known of them.
 *
 * @param known - by node id
 */
export function detectReading(
  known: ReadonlyMap<string, Known>,
  reading: Pick<RepositoryReading, 'pullRequests' | 'gone' | 'observedAt'>,
  rules: SkipRules,
): readonly Detected[] {
  const seen = [...newestLooks(reading.pullRequests).values()];
  return [
    ...seen.map((look) => detectPullRequest(known.get(look.id) ?? null, look, rules)),
    ...[...new Set(reading.gone)].map((id) => detectGone(known.get(id), reading.observedAt)),
  ].filter((found) => found !== null);
}

/** A page that moved on while it was read shows a pull request twice: the newest look counts. */
function newestLooks(looks: readonly ObservedPullRequest[]): ReadonlyMap<string, ObservedPullRequest> {
  const newest = new Map<string, ObservedPullRequest>();
  for (const look of looks) {
    const other = newest.get(look.id);
    if (!other || isNewerLook(look, other)) newest.set(look.id, look);
  }
  return newest;
}

/** GitHub has it no more, by whatever hand: for those who wait for it, it is closed. */
function detectGone(known: Known | undefined, observedAt: string): Detected | null {
  if (known?.pullRequest.state !== 'open' || !isLater(observedAt, known.pullRequest.observedAt)) return null;
  const { pullRequest } = known;
  const change: PullRequestChange = {
    ...{ kind: 'closed', from: 'open', to: 'closed', check: null, fields: ['gone'], insignificant: null },
  };
  return {
    pullRequest: {
      ...pullRequest,
      state: 'closed',
      closedAt: observedAt,
      observedAt,
      revision: pullRequest.revision + 1,
    },
    isNew: true,
    checks: [],
    changes: [change],
  };
}
