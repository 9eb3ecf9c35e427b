import type { RecordedChange } from '../../domain/pull-request/change.ts';
import type { KnownPullRequest } from '../../domain/pull-request/known.ts';
import type { PullRequestNotice, PullRequestSettings } from '../../domain/pull-request/notice.ts';
import type { LedgerPullRequest } from '../../ledger/pull-request-ledger.ts';

/** Changes that one notice tells; a workflow's history holds every one of them. */
const MOST_CHANGES = 200;

/** What the ledger holds of a pull request, as its workflow is told. */
export function noticeOf(
  pullRequest: LedgerPullRequest,
  changes: readonly RecordedChange[],
  settings: PullRequestSettings,
): PullRequestNotice {
  const { ledgerId: _ledgerId, priority: _priority, registeredName, repository, ...known } = pullRequest;
  return {
    pullRequest: { repository: registeredName, repositoryId: known.repositoryId, number: known.number },
    nameWithOwner: repository,
    known: known satisfies KnownPullRequest,
    changes: changes.slice(-MOST_CHANGES),
    settings,
  };
}
