import type { RecordedChange } from '../domain/pull-request/change.ts';
import type { KnownCheck, KnownPullRequest } from '../domain/pull-request/known.ts';
import type { RepositoryReading } from '../domain/pull-request/observed.ts';
import type { SkipRules } from '../domain/pull-request/skip.ts';
import type { PullRequestState, RollupState } from '../domain/pull-request/states.ts';
import type { IssueAddress } from './issue-address.ts';
import type { analysisResults, fixAttempts, reviews } from './pull-request-tables.ts';
import type { Records } from './records.ts';

/** A pull request of the ledger, with what people need to recognise it. */
export interface LedgerPullRequest extends KnownPullRequest {
  /** The ledger's own id, a UUID. */
  readonly ledgerId: string;
  /** `owner/repo` as GitHub shows it now. */
  readonly repository: string;
  /** `owner/repo` under which the repository was first registered; workflow ids are made of it. */
  readonly registeredName: string;
  /** Temporal's scale. */
  readonly priority: number;
}

/** A run of a check, with the ledger's own id: analyses are kept by it. */
export interface LedgerCheck extends KnownCheck {
  readonly ledgerId: string;
}

/** What came of writing down what a look of discovery saw. */
export interface Synchronised {
  /** How many pull requests the readings held, and to how many something happened. */
  readonly seen: number;
  readonly changed: number;
  /** Changes that somebody is to be told of. */
  readonly significant: number;
  /** Changes by kind, also those that nobody is told of. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** What a pull request's workflow is still to be told. */
export interface UntoldPullRequest {
  /** As it is now. */
  readonly pullRequest: LedgerPullRequest;
  /** Oldest first, all that were not told. */
  readonly changes: readonly RecordedChange[];
}

/** A change, and when its workflow was told. */
export interface ToldChange extends RecordedChange {
  /** ISO 8601; null if it was not, or is not to be. */
  readonly toldAt: string | null;
}

export interface PullRequestFilter {
  /** Node ids; all if absent. */
  readonly repositoryIds?: readonly string[];
  /** Default: open. */
  readonly state?: PullRequestState | 'all';
  readonly author?: string;
  readonly label?: string;
  readonly rollup?: RollupState;
  readonly isDraft?: boolean;
  readonly limit?: number;
}

/** Pull requests and their checks: what discovery saw, what changed, and whom that was told. */
export interface PullRequestLedger {
  /** What discovery knows before it looks: every open pull request of these repositories. */
  openOf(repositoryIds: readonly string[]): Promise<readonly KnownPullRequest[]>;
  /** Pull requests by node id, open or not; those that are not known are missing. */
  knownOf(ids: readonly string[]): Promise<readonly KnownPullRequest[]>;
  /**
   * Writes down what a look saw, and what changed by it, in one transaction: a change is taken down exactly once, however
   * often, in whatever order and by however many workers readings are synchronised.
   *
   * @param rulesOf - what the configuration leaves alone in a repository
   */
  synchronise(
    readings: readonly RepositoryReading[],
    rulesOf: (repositoryId: string) => SkipRules,
  ): Promise<Synchronised>;
  /**
   * Pull requests with significant changes that nobody was told of, most urgent repository and oldest change first.
   *
   * @param limit - the most pull requests
   */
  untold(limit: number): Promise<readonly UntoldPullRequest[]>;
  /** Marks a pull request's changes up to a revision as told. `id` is the node id. */
  markTold(told: readonly { readonly id: string; readonly revision: number }[]): Promise<void>;
  /** Newest change first. */
  list(filter?: PullRequestFilter): Promise<readonly LedgerPullRequest[]>;
  getByRepositoryAndNumber(pullRequest: IssueAddress): Promise<LedgerPullRequest | null>;
  /** The newest run of each check of its head, failed ones first. */
  checksOf(pullRequest: IssueAddress): Promise<readonly LedgerCheck[]>;
  /** All that happened to it, newest first. */
  history(pullRequest: IssueAddress, limit?: number): Promise<readonly ToldChange[]>;
  /** Open, not skipped, with a check that failed on its head and was not analysed yet. */
  withFailedChecks(repositoryIds?: readonly string[]): Promise<readonly LedgerPullRequest[]>;
  /** Open, not skipped, no draft, every check of its head passed, no review of that head yet. */
  readyForReview(repositoryIds?: readonly string[]): Promise<readonly LedgerPullRequest[]>;
}

/** Why a check failed, as a provider sees it. */
export type AnalysisRecords = Records<typeof analysisResults.$inferSelect, typeof analysisResults.$inferInsert>;

/** What was tried against a failure. */
export type FixAttemptRecords = Records<typeof fixAttempts.$inferSelect, typeof fixAttempts.$inferInsert>;

/** What reviewers said of a pull request's commits. */
export type ReviewRecords = Records<typeof reviews.$inferSelect, typeof reviews.$inferInsert>;
