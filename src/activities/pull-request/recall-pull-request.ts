import type { PullRequestIdentity } from '../../domain/pull-request/identity.ts';
import type { PullRequestNotice } from '../../domain/pull-request/notice.ts';
import type { PullRequestDependencies } from './dependencies.ts';
import { noticeOf } from './notice-of.ts';

/** Reads from the ledger how a pull request stands. */
export function createRecallPullRequest({
  pullRequestSettings,
  pullRequests,
}: PullRequestDependencies): (pullRequest: PullRequestIdentity) => Promise<PullRequestNotice | null> {
  return async ({ number, repository, repositoryId }) => {
    const known = await pullRequests.getByRepositoryAndNumber({ repository, repositoryId, number });
    if (known === null) return null;
    return noticeOf(known, [], await pullRequestSettings({ name: repository, id: repositoryId }));
  };
}
