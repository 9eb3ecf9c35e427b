import { commandsIn, type ConfirmedCommand } from '../domain/comment-commands.ts';
import { issueTextDigest } from '../domain/digest.ts';
import { issueBranch } from '../domain/implementation.ts';
import type { PullRequest } from '../domain/issue.ts';
import { canonicalRepositoryName } from '../domain/repository-name.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { GitHub } from '../github/github.ts';
import type { SyncIssueResult, SyncIssueInput } from './types.ts';

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

/**
 * Reads the whole issue and our own pull request for it; keeps the long texts as an artifact. What the authors of
 * commands in comments may do is GitHub's word of this moment.
 */
export function createSyncIssue(deps: {
  readonly github: GitHub;
  readonly artifacts: ArtifactStore;
}): (input: SyncIssueInput) => Promise<SyncIssueResult> {
  return async ({ issue, comments }) => {
    const snapshot = await deps.github.issue(issue);
    const { body: _body, comments: all, linkedPullRequests: _linked, ...listed } = snapshot;
    const { nameWithOwner } = snapshot.repository;
    // The issue was found by its repository's id; the name that we know may by now be another repository's.
    const pullRequests = await deps.github.pullRequests(nameWithOwner, issueBranch(issue.number));
    const commands: ConfirmedCommand[] = [];
    for (const command of comments ? commandsIn(all, comments) : []) {
      commands.push({ ...command, permission: await deps.github.permission(nameWithOwner, command.by) });
    }
    return {
      observed: {
        ...listed,
        textDigest: issueTextDigest(snapshot),
        snapshot: await deps.artifacts.put(JSON.stringify(snapshot)),
        ownPullRequest: ownPullRequest(pullRequests, nameWithOwner),
        at: new Date().toISOString(),
      },
      commands,
    };
  };
}
