import { GhwError } from '../domain/errors.ts';
import type { PullRequest } from '../domain/issue.ts';
import type { GitHub } from '../github/github.ts';
import { pullRequestBody, pullRequestTitle } from './comment-texts.ts';
import { ownPullRequest } from './sync-issue.ts';
import type { OpenPullRequestInput } from './types.ts';

/**
 * Opens the pull request of a branch. One that is open already, by an earlier try or an earlier run, is the answer; so is
 * one that appears between the look and the creation, which GitHub refuses.
 */
export function createOpenPullRequest(deps: {
  readonly github: GitHub;
}): (input: OpenPullRequestInput) => Promise<PullRequest> {
  const findOpen = async ({ repository, branch }: OpenPullRequestInput): Promise<PullRequest | null> => {
    const all = await deps.github.pullRequests(repository.nameWithOwner, branch);
    const ours = ownPullRequest(all, repository.nameWithOwner);
    return ours?.state === 'open' ? ours : null;
  };
  return async (input) => {
    const existing = await findOpen(input);
    if (existing) return existing;
    try {
      return await deps.github.createPullRequest({
        repositoryId: input.repository.id,
        baseRefName: input.baseRefName,
        headRefName: input.branch,
        title: pullRequestTitle(input),
        body: pullRequestBody(input),
        draft: input.draft,
      });
    } catch (error) {
      if (!(error instanceof GhwError) || error.name !== 'GitHubRejected') throw error;
      const appeared = await findOpen(input);
      if (appeared) return appeared;
      throw error;
    }
  };
}
