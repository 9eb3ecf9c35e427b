import { detectPullRequest, type Known } from '../../../src/domain/pull-request/detect.ts';
import type {
  ObservedCheck,
  ObservedChecks,
  ObservedPullRequest,
  RepositoryReading,
} from '../../../src/domain/pull-request/observed.ts';
import { skipNothing, type SkipRules } from '../../../src/domain/pull-request/skip.ts';

/** A minute of a morning. */
export function at(minute: number): string {
  return new Date(Date.UTC(2026, 0, 2, 8, minute)).toISOString();
}

export const head = 'a'.repeat(40);

export function aPullRequest(over: Partial<ObservedPullRequest> = {}): ObservedPullRequest {
  const number = over.number ?? 7;
  return {
    id: `PR_${number}`,
    repositoryId: 'R_1',
    number,
    url: `https://github.test/octo/hello/pull/${number}`,
    title: 'Greet politely',
    author: 'ana',
    state: 'open',
    isDraft: false,
    headRefName: 'greet',
    headOid: head,
    baseRefName: 'main',
    headRepository: 'octo/hello',
    viewerDidAuthor: false,
    labels: ['ghw'],
    mergeable: 'mergeable',
    createdAt: at(0),
    updatedAt: at(0),
    mergedAt: null,
    closedAt: null,
    observedAt: at(1),
    checks: null,
    ...over,
  };
}

export function aCheck(over: Partial<ObservedCheck> = {}): ObservedCheck {
  const name = over.name ?? 'build';
  const status = over.status ?? 'completed';
  return {
    kind: 'check_run',
    externalId: `CR_${name}`,
    name,
    app: 'github-actions',
    workflow: 'CI (push)',
    status,
    conclusion: status === 'completed' ? 'success' : null,
    startedAt: at(0),
    completedAt: status === 'completed' ? at(1) : null,
    detailsUrl: `https://github.test/octo/hello/runs/${name}`,
    ...over,
  };
}

/** A whole look at the checks of a commit. */
export function theChecks(list: readonly ObservedCheck[], over: Partial<ObservedChecks> = {}): ObservedChecks {
  const counts = { total: list.length, pending: 0, passed: 0, failed: 0 };
  return { headOid: head, rollup: null, counts, list, isWhole: true, observedAt: at(1), ...over };
}

/** A whole look at a repository. */
export function aReading(
  pullRequests: readonly ObservedPullRequest[],
  over: Partial<RepositoryReading> = {},
): RepositoryReading {
  return {
    repositoryId: 'R_1',
    nameWithOwner: 'octo/hello',
    url: 'https://github.test/octo/hello',
    isArchived: false,
    observedAt: at(1),
    isWhole: true,
    pullRequests,
    gone: [],
    problem: null,
    ...over,
  };
}

/** What is known after some looks, oldest first. */
export function knownAfter(looks: readonly ObservedPullRequest[], rules: SkipRules = skipNothing): Known {
  let known: Known | null = null;
  for (const look of looks) {
    known = withLook(known, look, rules);
  }
  if (!known) throw new Error('There was no look.');
  return known;
}

function withLook(known: Known | null, look: ObservedPullRequest, rules: SkipRules): Known | null {
  const found = detectPullRequest(known, look, rules);
  if (!found) return known;
  const rows = new Map([...(known?.checks ?? []), ...found.checks].map((check) => [check.externalId, check]));
  return { pullRequest: found.pullRequest, checks: [...rows.values()] };
}
