import type { ChangedCheck, PullRequestChangeKind, RecordedChange } from '../../../src/domain/pull-request/change.ts';
import type { PullRequestIdentity } from '../../../src/domain/pull-request/identity.ts';
import type { KnownPullRequest } from '../../../src/domain/pull-request/known.ts';
import type { PullRequestNotice, PullRequestSettings } from '../../../src/domain/pull-request/notice.ts';

export const pullRequest: PullRequestIdentity = { repository: 'octo/hello', repositoryId: 'R_1', number: 7 };

/** An open pull request of our own, whose checks have passed. */
export const known: KnownPullRequest = {
  id: 'PR_7',
  number: 7,
  url: 'https://github.com/octo/hello/pull/7',
  title: 'Add a greeting',
  state: 'open',
  isDraft: false,
  headRefName: 'ghw/issue-42',
  headOid: 'a'.repeat(40),
  baseRefName: 'main',
  headRepository: 'octo/hello',
  viewerDidAuthor: true,
  repositoryId: 'R_1',
  author: 'ghw-bot',
  labels: ['ghw'],
  mergeable: 'mergeable',
  createdAt: '2026-01-30T08:00:00Z',
  updatedAt: '2026-01-30T09:00:00Z',
  mergedAt: null,
  closedAt: null,
  observedAt: '2026-01-30T09:00:01.000Z',
  rollup: 'success',
  counts: { total: 3, pending: 0, passed: 3, failed: 0 },
  checksObservedAt: '2026-01-30T09:00:01.000Z',
  revision: 1,
  skippedBy: null,
};

export const settings: PullRequestSettings = { failureThreshold: 1, events: [] };

export function check(name: string, headOid: string = known.headOid): ChangedCheck {
  return { externalId: `C_${name}`, name, headOid, detailsUrl: null };
}

/** A change as the ledger names it. */
export function change(
  kind: PullRequestChangeKind,
  revision: number,
  patch: Partial<RecordedChange> = {},
): RecordedChange {
  const about = patch.check ? `:${patch.check.name}` : '';
  return {
    id: `PR_7:${revision}:${kind}${about}`,
    kind,
    revision,
    at: momentOf(revision),
    from: null,
    to: null,
    check: null,
    fields: [],
    insignificant: null,
    ...patch,
  };
}

/** What discovery tells of one look: the facts then, and what changed. */
export function notice(
  revision: number,
  facts: Partial<KnownPullRequest>,
  changes: readonly RecordedChange[],
  more: Partial<PullRequestNotice> = {},
): PullRequestNotice {
  return {
    pullRequest,
    nameWithOwner: 'octo/hello',
    known: { ...known, ...facts, revision, observedAt: momentOf(revision) },
    changes,
    settings,
    ...more,
  };
}

function momentOf(revision: number): string {
  return new Date(Date.parse('2026-01-30T09:00:00Z') + revision * 60_000).toISOString();
}
