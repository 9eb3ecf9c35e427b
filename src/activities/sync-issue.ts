import { issueTextDigest } from '../domain/digest.ts';
import { issueBranch } from '../domain/implementation.ts';
import type { IssueIdentity, ObservedIssue } from '../domain/issue-state.ts';
import type { PullRequest } from '../domain/issue.ts';
import { canonicalRepositoryName } from '../domain/repository-name.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { GitHub } from '../github/github.ts';

/** The open one of ours, else the newest. A branch of the same name in a fork, or somebody else's, is not ours. */
export function ownPullRequest(all: readonly PullRequest[], repository: string): PullRequest | null {
  const ours = all.filter(
    ({ viewerDidAuthor, headRepository }) =>
      viewerDidAuthor &&
      headRepository !== null &&
      canonicalRepositoryName(headRepository) === canonicalRepositoryName(repository),
  );
  return ours.find(({ state }) => state === 'open') ?? ours[0] ?? null;
}

/** Reads the whole issue and our own pull request for it; keeps the long texts as an artifact. */
export function createSyncIssue(deps: {
  readonly github: GitHub;
  readonly artifacts: ArtifactStore;
}): (issue: IssueIdentity) => Promise<ObservedIssue> {
  return async (issue) => {
    const snapshot = await deps.github.issue(issue);
    const { repository } = snapshot;
    // The issue was found by its repository's id; the name that we know may by now be another repository's.
    const pullRequests = await deps.github.pullRequests(repository.nameWithOwner, issueBranch(issue.number));
    const { body: _body, comments: _comments, linkedPullRequests: _linked, ...listed } = snapshot;
    return {
      ...listed,
      textDigest: issueTextDigest(snapshot),
      snapshot: await deps.artifacts.put(JSON.stringify(snapshot)),
      ownPullRequest: ownPullRequest(pullRequests, repository.nameWithOwner),
      at: new Date().toISOString(),
    };
  };
}
