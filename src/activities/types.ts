import type { Change, ValidationReport } from '../domain/change.ts';
import type { IssueIdentity, ObservedIssue } from '../domain/issue-state.ts';
import type { PullRequest, Repository } from '../domain/issue.ts';
import type { Approval, PlanState, PlanVersion } from '../domain/plan.ts';
import type { IssuePolicy } from '../domain/policy.ts';
import type { Publication } from '../domain/progress/implementation.ts';
import type { FinishedReview } from '../domain/review.ts';
import type { IssueSelection, RepositorySyncResult } from '../domain/selection.ts';
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

export interface PublishReviewInput {
  readonly issue: IssueIdentity;
  readonly pullRequest: PullRequest;
  readonly review: FinishedReview;
}

/** A comment of ours on GitHub. */
export interface PublishedComment {
  readonly id: string;
  readonly url: string;
}

export interface SelectedIssues {
  readonly repository: string;
  readonly repositoryId: string;
  readonly numbers: readonly number[];
}

/** Short steps; any worker takes them. Each may run twice and leaves the same. */
export interface MainActivities {
  /** Reads the whole issue and our own pull request for it; stores the issue's texts as an artifact. */
  syncIssue(issue: IssueIdentity): Promise<ObservedIssue>;
  /** What the configuration says for this repository now. */
  loadPolicy(repository: { readonly name: string; readonly id: string | null }): Promise<IssuePolicy>;
  /** Posts the plan as one comment, or edits it in place. */
  publishPlan(input: PublishPlanInput): Promise<PublishedComment>;
  /** Checks a change away from the agent's tree and pushes it, unless something stands against it. */
  publishChange(input: PublishChangeInput): Promise<Publication>;
  /** Opens the pull request, or finds the one that is open. */
  openPullRequest(input: OpenPullRequestInput): Promise<PullRequest>;
  /** Posts the verdict on the pull request as one comment, or edits it in place. */
  publishReview(input: PublishReviewInput): Promise<PublishedComment>;
  /** Which issues a cycle takes. */
  selectIssues(selection: IssueSelection): Promise<SelectedIssues>;
  /** Has every selected issue synced, starting its workflow where there is none. */
  syncSelected(selected: SelectedIssues): Promise<RepositorySyncResult>;
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
