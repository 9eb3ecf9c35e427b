import { canonicalRepositoryName, isIssueNumber } from '../repository-name.ts';
import type { KnownPullRequest } from './known.ts';

/** Which pull request a workflow is about. */
export interface PullRequestIdentity {
  /** `owner/repo` under which the repository was first registered: workflow ids are made of it. */
  readonly repository: string;
  /** GitHub's node id of the repository. */
  readonly repositoryId: string;
  readonly number: number;
}

/** `owner/repo#7`, the form used in messages to people. */
export function formatPullRequest({ number, repository }: Pick<PullRequestIdentity, 'repository' | 'number'>): string {
  return `${repository}#${number}`;
}

const ownBranch = /^ghw\/issue-(\d{1,10})$/;

/**
 * The issue whose work a pull request is: one of our own identity, from the branch of an issue in the repository itself.
 * A branch name alone proves nothing, nor does a fork's.
 *
 * @param nameWithOwner - what GitHub calls the repository now
 */
export function ownIssueOf(
  { headRefName, headRepository, viewerDidAuthor }: KnownPullRequest,
  nameWithOwner: string,
): number | null {
  if (!viewerDidAuthor || headRepository === null) return null;
  if (canonicalRepositoryName(headRepository) !== canonicalRepositoryName(nameWithOwner)) return null;
  const number = Number(ownBranch.exec(headRefName)?.[1]);
  return isIssueNumber(number) ? number : null;
}
