import type { ReviewReport } from '../../domain/agent-run.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import type { Allowance } from '../../domain/budget.ts';
import type { Change, ValidationReport } from '../../domain/change.ts';
import type { Message } from '../../domain/conversation.ts';
import type { WorkCommit } from '../../domain/implementation.ts';
import type { AgentSession, IssueIdentity } from '../../domain/issue-state.ts';
import type { ReachedLimit } from '../../domain/limit.ts';
import type { AgentChoice, IssuePolicy } from '../../domain/policy.ts';
import type { WrittenPlan } from '../../domain/progress/plan.ts';
import type { RunTrace } from '../../domain/progress/run.ts';
import type { AskedQuestion } from '../../domain/question.ts';

/** What the author is asked for. */
export type Assignment =
  | { readonly kind: 'plan'; readonly guidance: string | null }
  | { readonly kind: 'revise_plan'; readonly plan: string; readonly feedback: string }
  | { readonly kind: 'implement'; readonly plan: string }
  | { readonly kind: 'fix_validation'; readonly plan: string; readonly validation: ValidationReport }
  | { readonly kind: 'address_review'; readonly plan: string; readonly review: ReviewReport };

/** What a run of any role needs to know. */
export interface AgentRunInput {
  readonly issue: IssueIdentity;
  /** The whole issue, as the last sync saw it. */
  readonly snapshot: ArtifactRef;
  readonly issueTextDigest: string;
  /** Names this piece of work on every host and in every attempt. */
  readonly key: string;
  readonly choice: AgentChoice;
  /** Who takes over where this agent cannot: then it is not tried for long. Left out by earlier versions, like the next. */
  readonly standIn?: string | null;
  /** The conversation of the agent for which this one takes over. */
  readonly handedOver?: AgentSession | null;
  /** The conversation to go on with; null begins `newSessionId`. */
  readonly session: AgentSession | null;
  readonly newSessionId: string;
  readonly limits: IssuePolicy['run'];
  readonly allowance: Allowance;
  /** US dollars, by the workflow's own books: this piece of work by its earlier runs, and the whole issue. */
  readonly spent: { readonly workUsd: number; readonly issueUsd: number };
  /** Commit of the default branch to stand on. */
  readonly baseOid: string;
}

export interface RunAgentInput extends AgentRunInput {
  /** The published head that the next commit stands on; null for the base. */
  readonly parent: WorkCommit | null;
  /** Work so far, whole or not. */
  readonly work: WorkCommit | null;
  readonly assignment: Assignment;
  /** What people have to say to the agent, and what they said before, for a session that begins anew. */
  readonly messages: readonly Message[];
  readonly said: readonly Message[];
  /** True if an earlier run of this assignment was stopped before its end. */
  readonly continues: boolean;
  /** ISO 8601; date of the commit, fixed so that the same tree gives the same commit. */
  readonly committedAt: string;
}

export interface RunAgentResult {
  readonly trace: RunTrace;
  /** What the agent asks instead of finishing; then there is neither plan nor change, and its work is in the trace. */
  readonly question: AskedQuestion | null;
  /** For the two planning assignments. */
  readonly plan: WrittenPlan | null;
  /** For the others. Null where the author addressed a review and left the code as it is. */
  readonly change: Change | null;
  /** The agent's last words, redacted and cut; for people. */
  readonly lastWords: string;
}

export interface ReviewChangeInput extends AgentRunInput {
  /** The head to review and, where the remote does not have it, the bundle that brings it. */
  readonly headOid: string;
  readonly work: WorkCommit | null;
  readonly plan: string | null;
}

export interface ReviewChangeResult {
  readonly trace: RunTrace;
  readonly report: ReviewReport;
}

/** What a run that failed or was stopped tells the workflow, as the first detail of its failure. */
export interface RunFailureDetails {
  /** Null where the agent was not started. */
  readonly trace: RunTrace | null;
  /** Where that is what ended it. */
  readonly limit?: ReachedLimit;
}
