import type { ConfirmedCommand } from '../domain/comment-commands.ts';
import type { CommentsSeen } from '../domain/comments-seen.ts';
import type { Change, ValidationReport } from '../domain/change.ts';
import type { IssueMemory, IssueRecord } from '../domain/issue-record.ts';
import type { IssueIdentity, ObservedIssue } from '../domain/issue-state.ts';
import type { PullRequest, Repository } from '../domain/issue.ts';
import type { Approval, PlanState, PlanVersion } from '../domain/plan.ts';
import type { IssuePolicy } from '../domain/policy.ts';
import type { Publication } from '../domain/progress/implementation.ts';
import type { Question } from '../domain/question.ts';
import type { FinishedReview } from '../domain/review.ts';
import type { RepositorySyncResult, SyncSelection } from '../domain/selection.ts';
import type { ReviewChangeInput, ReviewChangeResult, RunAgentInput, RunAgentResult } from './agent/types.ts';

export interface ValidateChangeInput {
  readonly issue: IssueIdentity;
  readonly key: string;
  readonly change: Change;
  readonly timeoutMs: number;
}

export interface PublishChangeInput {
  readonly issue: IssueIdentity;
  readonly change: Change;
  readonly branch: string;
  /** What we know to be on the branch: our last head, or null for nothing. */
  readonly expectedOid: string | null;
  /** False checks only. */
  readonly push: boolean;
  /** True if a person named this head; without it, a change with concerns stays. */
  readonly approved: boolean;
}

export interface OpenPullRequestInput {
  readonly issue: IssueIdentity;
  readonly repository: Repository;
  readonly issueTitle: string;
  readonly branch: string;
  readonly headOid: string;
  readonly baseRefName: string;
  readonly draft: boolean;
  readonly plan: PlanVersion | null;
  /** Where the plan was posted. */
  readonly planUrl: string | null;
  readonly approvedBy: string | null;
  readonly validation: ValidationReport | null;
  readonly agent: string | null;
  readonly costUsd: number;
}

export interface PublishPlanInput {
  readonly issue: IssueIdentity;
  /** Node id of the issue. */
  readonly issueId: string;
  readonly plan: PlanVersion;
  readonly state: PlanState;
  readonly approval: Approval | null;
}

export interface QuestionInput {
  readonly issue: IssueIdentity;
  /** Node id of the issue. */
  readonly issueId: string;
  readonly question: Question;
  readonly assignees: readonly string[];
  /** Whether `/answer` in a comment counts. */
  readonly commentCommands: boolean;
}

export interface PublishReviewInput {
  readonly issue: IssueIdentity;
  readonly pullRequest: PullRequest;
  readonly review: FinishedReview;
}

/** A comment of ours on GitHub. */
export interface PublishedComment {
  readonly id: string;
  readonly url: string;
  /** When it got its present text, by GitHub's clock. */
  readonly at: string;
}

export interface SyncIssueInput {
  readonly issue: IssueIdentity;
  /** Where commands are to be looked for; null if nowhere. */
  readonly comments: CommentsSeen | null;
}

export interface SyncIssueResult {
  readonly observed: ObservedIssue;
  readonly commands: readonly ConfirmedCommand[];
}

export interface ReminderInput {
  readonly issue: IssueIdentity;
  /** Node id of the issue. */
  readonly issueId: string;
  /** Names the wait. */
  readonly key: string;
  /** Counts from 1. */
  readonly ordinal: number;
  /** ISO 8601. */
  readonly since: string;
  /** What waits, in the words that people see. */
  readonly what: string;
  /** How to decide, in Markdown. */
  readonly how: string;
  readonly assignees: readonly string[];
}

/** Short steps; any worker takes them. Each may run twice and leaves the same. */
export interface MainActivities {
  /**
   * Reads the whole issue and our own pull request for it; stores the issue's texts as an artifact. Asks GitHub what the
   * authors of new commands in comments may do.
   */
  syncIssue(input: SyncIssueInput): Promise<SyncIssueResult>;
  /** What the configuration says for this repository now. */
  loadPolicy(repository: { readonly name: string; readonly id: string | null }): Promise<IssuePolicy>;
  /** What an earlier workflow of the same issue left; null if there was none. */
  recallIssue(issue: IssueIdentity): Promise<IssueMemory | null>;
  /** Tells the ledger what is new; false if it has lost what it was told before. */
  recordIssue(record: IssueRecord): Promise<boolean>;
  /** Posts the plan as one comment, or edits it in place. */
  publishPlan(input: PublishPlanInput): Promise<PublishedComment>;
  /** Asks an agent's question in a comment, or edits it in place to what came of it. */
  publishQuestion(input: QuestionInput): Promise<PublishedComment>;
  /** Checks a change away from the agent's tree and pushes it, unless something stands against it. */
  publishChange(input: PublishChangeInput): Promise<Publication>;
  /** Opens the pull request, or finds the one that is open. */
  openPullRequest(input: OpenPullRequestInput): Promise<PullRequest>;
  /** Posts a reminder of what waits for a person, once. */
  postReminder(input: ReminderInput): Promise<PublishedComment>;
  /** Posts the verdict on the pull request as one comment, or edits it in place. */
  publishReview(input: PublishReviewInput): Promise<PublishedComment>;
  /** Reads repositories into the ledger; has the live issues among what changed read anew. */
  syncRepositories(selection: SyncSelection): Promise<readonly RepositorySyncResult[]>;
}

/** Long steps with an agent or the project's own commands; they hold a slot of their worker type. */
export interface AgentActivities {
  /** Plan, revision, implementation and rework: the author's runs. */
  runAgent(input: RunAgentInput): Promise<RunAgentResult>;
  /** The reviewer's run: reads, writes nothing, answers with a verdict. */
  reviewChange(input: ReviewChangeInput): Promise<ReviewChangeResult>;
  /** Runs the project's checks on the change. */
  validateChange(input: ValidateChangeInput): Promise<ValidationReport>;
  /** Removes what this host holds of an issue that has ended. */
  releaseWorkspace(issue: IssueIdentity): Promise<void>;
}
