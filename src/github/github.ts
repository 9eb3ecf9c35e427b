import type { RateLimit } from './rate-limit.ts';
import type { IssueListItem, IssueSnapshot, Permission, PullRequest, Repository } from '../domain/issue.ts';

/** An issue by its repository (node id where known, so that a rename changes nothing) and number. */
export interface IssueAddress {
  readonly repositoryId: string | null;
  readonly repository: string;
  readonly number: number;
}

export interface IssueListFilter {
  /** Only issues with at least one of these. */
  readonly labels?: readonly string[];
  /** Only issues assigned to this login. */
  readonly assignee?: string;
  /** ISO 8601; only issues updated at or after it. */
  readonly since?: string;
}

export interface NewPullRequest {
  readonly repositoryId: string;
  readonly baseRefName: string;
  readonly headRefName: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
}

export interface OwnComment {
  readonly id: string;
  readonly url: string;
  readonly body: string;
}

/**
 * GitHub, as the activities use it. Every method throws a `GhwError` named `GitHub…` that says whether and when to
 * try again. Nothing here retries by itself.
 */
export interface GitHub {
  /** Our own identity. Cached for the life of the client. */
  viewer(): Promise<{ readonly login: string }>;
  repository(nameWithOwner: string): Promise<Repository>;
  /** The whole issue, with all its comments and linked pull requests (paged without a cap). */
  issue(address: IssueAddress): Promise<IssueSnapshot>;
  /** Open issues, page by page, oldest update first. */
  openIssues(nameWithOwner: string, filter?: IssueListFilter): AsyncIterable<readonly IssueListItem[]>;
  /** What `login` may do in the repository, by GitHub's own word at this moment. `none` for anyone unknown. */
  permission(nameWithOwner: string, login: string): Promise<Permission>;
  /** Pull requests of a head branch in this repository (no forks), newest first. */
  pullRequests(repository: string, headRefName: string): Promise<readonly PullRequest[]>;
  /** Opens a pull request; if one is already open for head and base, throws `GhwError` `GitHubRejected`; the caller looks again. */
  createPullRequest(input: NewPullRequest): Promise<PullRequest>;
  /** Our own comments on an issue or pull request (node id) that contain `marker`, oldest first. */
  ownComments(subjectId: string, marker: string): Promise<readonly OwnComment[]>;
  addComment(subjectId: string, body: string): Promise<OwnComment>;
  updateComment(commentId: string, body: string): Promise<OwnComment>;
  /** GraphQL's budget, as the last answer said; null before the first answer, and where the server keeps none. */
  rateLimit(): RateLimit | null;
}
