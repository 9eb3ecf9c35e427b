import type { GhwError } from '../domain/errors.ts';
import type {
  Gone,
  IssueRef,
  IssueSnapshot,
  Permission,
  PullRequest,
  Repository,
  SyncedIssue,
} from '../domain/issue.ts';
import type { RateLimit } from './rate-limit.ts';

/** An issue by its repository (node id where known, so that a rename changes nothing) and number. */
export interface IssueAddress {
  readonly repositoryId: string | null;
  readonly repository: string;
  readonly number: number;
}

/** A repository by its node id; the name is for messages. */
export interface RepositoryAddress {
  readonly id: string;
  readonly nameWithOwner: string;
}

/** What one short look at a repository shows. */
export interface RepositoryGlance extends RepositoryAddress {
  readonly isArchived: boolean;
  /** Open and closed issues. */
  readonly issueCount: number;
  /** When an issue was last updated; null where there is none. ISO 8601, whole seconds. */
  readonly newestUpdateAt: string | null;
}

/** What came of a look at one of many repositories. */
export interface Look {
  /** By GitHub's clock. ISO 8601. */
  readonly at: string;
  readonly seen: RepositoryGlance | GhwError;
}

export interface IssueListFilter {
  /** Default: open and closed. */
  readonly state?: 'open' | 'closed';
  /** Only issues with at least one of these. */
  readonly labels?: readonly string[];
  /** Only issues with none of these. Only with `search`, where GitHub knows it. */
  readonly notLabels?: readonly string[];
  /** Only issues assigned to this login. */
  readonly assignee?: string;
  /** ISO 8601; only issues updated at or after it. */
  readonly since?: string;
  /** Words and qualifiers of GitHub's search. Its index lags behind by moments. */
  readonly search?: string;
}

export interface IssuePage {
  readonly issues: readonly SyncedIssue[];
  /** How many issues the repository has now, whatever the filter; null where text is searched for. */
  readonly issueCount: number | null;
}

/** An issue, and the repository that it is in now. */
export interface PlacedIssue extends SyncedIssue {
  readonly repository: RepositoryAddress;
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
  /** ISO 8601, by GitHub's clock. */
  readonly updatedAt: string;
}

/**
 * GitHub, as the activities use it. Every method throws a `GhwError` named `GitHub…` that says whether and when to
 * try again. Nothing here retries by itself.
 */
export interface GitHub {
  /** Our own identity. Cached for the life of the client. */
  viewer(): Promise<{ readonly login: string }>;
  repository(nameWithOwner: string): Promise<Repository>;
  /** Repositories that our own identity has to do with, newest push first, without archived ones. One request. */
  recentRepositories(most: number): Promise<readonly Repository[]>;
  /** All repositories of a person or organisation that are not archived and that our identity sees, in pages without a cap. */
  repositoriesOf(owner: string): AsyncIterable<readonly Repository[]>;
  /** The whole issue, with all its comments and linked pull requests (paged without a cap). */
  issue(address: IssueAddress): Promise<IssueSnapshot>;
  /**
   * A short look at many repositories in few requests, by node id. What is wrong with one is its answer, and costs the
   * others nothing.
   */
  lookAt(repositories: readonly RepositoryAddress[]): Promise<ReadonlyMap<string, Look>>;
  /** Issues in pages without a cap, oldest update first (with `search`: oldest first). */
  listIssues(repository: RepositoryAddress, filter?: IssueListFilter): AsyncIterable<IssuePage>;
  /** Number and node id of every issue, page by page. */
  issueNumbers(
    repository: RepositoryAddress,
  ): AsyncIterable<readonly { readonly number: number; readonly id: string }[]>;
  /** Issues by node id, in few requests; null for one that is not there, or that we may not see. */
  issuesById(ids: readonly string[]): Promise<ReadonlyMap<string, PlacedIssue | null>>;
  /** Where an issue went; null if its repository still has it. */
  whereabouts(issue: IssueRef): Promise<Gone | null>;
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
