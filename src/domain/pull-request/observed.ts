import type { PullRequest } from '../issue.ts';
import type { CheckKind, CheckOutcome, MergeableState, RollupState } from './states.ts';

/** One check of a commit, as GitHub shows it. */
export interface ObservedCheck extends CheckOutcome {
  readonly kind: CheckKind;
  /** GitHub's node id for a check run; {@link statusId} for a commit status, which gets a new node id at every report. */
  readonly externalId: string;
  /** A check run's name, or a commit status' context. */
  readonly name: string;
  /** Slug of the app that reports it; null for a commit status. */
  readonly app: string | null;
  /** What sets it apart from another check of its name: workflow and event, as `CI (push)`; null where there is none. */
  readonly workflow: string | null;
  /** ISO 8601. For a commit status, when it was reported. */
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** Where to read more. */
  readonly detailsUrl: string | null;
}

/** What stands for the node id of a commit status. */
export function statusId(headOid: string, context: string): string {
  return `status:${headOid}:${context}`;
}

/** How many checks of a commit stand where. */
export interface CheckCounts {
  readonly total: number;
  /** Not completed. */
  readonly pending: number;
  readonly passed: number;
  readonly failed: number;
}

/** The checks of a pull request's head. */
export interface ObservedChecks {
  /** The commit that they are of. */
  readonly headOid: string;
  /** Null for a commit without checks. */
  readonly rollup: RollupState | null;
  readonly counts: CheckCounts;
  /** One by one; null if only counts were read. Several of one name are runs of the same check: the newest counts. */
  readonly list: readonly ObservedCheck[] | null;
  /** False if `list` is not all of them. */
  readonly isWhole: boolean;
  /** ISO 8601, by our clock, in milliseconds: when the request that read them was sent. Not before the pull request's. */
  readonly observedAt: string;
}

/** A pull request as one look of discovery saw it. */
export interface ObservedPullRequest extends PullRequest {
  /** GitHub's node id of its repository. */
  readonly repositoryId: string;
  /** `ghost` where the account was deleted, as GitHub shows it. */
  readonly author: string;
  readonly labels: readonly string[];
  readonly mergeable: MergeableState;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Does not move when a check does. */
  readonly updatedAt: string;
  readonly mergedAt: string | null;
  readonly closedAt: string | null;
  /** ISO 8601, by our clock, in milliseconds: when the request that read it was sent. */
  readonly observedAt: string;
  /** Null if this look did not read checks. */
  readonly checks: ObservedChecks | null;
}

/** Why a repository could not be read, or not wholly. */
export const readingProblems = [
  'not_found',
  'forbidden',
  'rate_limited',
  'timed_out',
  'resource_limited',
  'unreadable',
] as const;
export type ReadingProblem = (typeof readingProblems)[number];

/** What one look of discovery saw of a repository. */
export interface RepositoryReading {
  /** GitHub's node id. */
  readonly repositoryId: string;
  /** `owner/repo` as GitHub calls it now; null if it was not read. */
  readonly nameWithOwner: string | null;
  readonly url: string | null;
  readonly isArchived: boolean;
  /** ISO 8601, by our clock: when its first request was sent. */
  readonly observedAt: string;
  /** True if, with what was read before in this look, nothing of the repository is missing. */
  readonly isWhole: boolean;
  readonly pullRequests: readonly ObservedPullRequest[];
  /** Node ids of pull requests that were asked for by id and that GitHub has no more. */
  readonly gone: readonly string[];
  /** Null if nothing went wrong. What was read all the same counts. */
  readonly problem: { readonly kind: ReadingProblem; readonly message: string } | null;
}
