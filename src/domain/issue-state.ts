import { addUsage, noUsage, type AgentPhase, type TokenUsage } from './agent-run.ts';
import type { ArtifactRef } from './artifact.ts';
import { emptyPurse, type Purse } from './budget.ts';
import { noCommentsSeen, type CommentsSeen } from './comments-seen.ts';
import { noConversation, type Conversation } from './conversation.ts';
import { emptyDesk, type WorkDesk } from './cycle/desk.ts';
import { noImplementation, type ImplementationTrack } from './implementation.ts';
import type { ListedIssue, PullRequest, Repository } from './issue.ts';
import type { Stop } from './limit.ts';
import { noPlan, type PlanTrack } from './plan.ts';
import type { IssuePolicy } from './policy.ts';
import type { Waiting } from './waiting.ts';
import { noReview, type ReviewTrack } from './review.ts';
import type { WorkerType } from './worker-type.ts';

/** Which issue a workflow is about. */
export interface IssueIdentity {
  /** `owner/repo` as last seen on GitHub; shown to people. */
  readonly repository: string;
  /** Node id of the repository; null until the first sync where the configuration has none. */
  readonly repositoryId: string | null;
  readonly number: number;
}

/** What sync saw last, without the long texts. */
export interface ObservedIssue extends ListedIssue {
  readonly repository: Repository;
  /** See `issueTextDigest`. */
  readonly textDigest: string;
  /** The whole issue as JSON. */
  readonly snapshot: ArtifactRef;
  /** Our own pull request for this issue: the open one, else the newest. */
  readonly ownPullRequest: PullRequest | null;
  readonly at: string;
}

/** An agent's conversation about this issue. */
export interface AgentSession {
  readonly agent: string;
  readonly model: string | null;
  readonly id: string;
  /** The session file after its last run; null while none was kept. */
  readonly file: ArtifactRef | null;
  /** Cost of the whole session so far, in US dollars. */
  readonly costUsd: number;
  /** The issue text that the conversation holds. */
  readonly issueTextDigest: string;
  /** The agent's last words, redacted and cut: where the file is lost, a summary of what was done. */
  readonly lastWords?: string;
}

/** One run of an agent, for the record. */
export interface RunRecord {
  readonly phase: AgentPhase;
  readonly agent: string;
  readonly model: string | null;
  readonly outcome: 'ok' | 'failed' | 'cancelled';
  readonly costUsd: number;
  readonly usage: TokenUsage;
  readonly resumed: boolean;
  readonly transcript: ArtifactRef | null;
  readonly at: string;
  /** Of all its attempts, as far as they could say it; left out by earlier versions, like those below. */
  readonly durationMs?: number | null;
  /** How often it was begun, by whichever worker. */
  readonly attempts?: number | null;
  /** Names the text that it was told: `implement@1-1d62d924`. */
  readonly prompt?: string | null;
}

/** One line of an issue's history: who did what through which door, and what came of it. */
export interface AuditEntry {
  readonly at: string;
  readonly action: string;
  readonly by: string;
  readonly door: string;
  /** For a reader; empty if the action says it all. */
  readonly detail: string;
}

/** How an issue's workflow ended. */
export type IssueOutcome = 'merged' | 'closed' | 'not_found' | 'cancelled';

/** How much the ledger has been told. */
export interface Recorded {
  /** Entries and runs, counted from the workflow's beginning. */
  readonly audit: number;
  readonly runs: number;
  /** The newest plan version. */
  readonly plans: number;
  /** Names where the issue stood. */
  readonly key: string | null;
}

export const nothingRecorded: Recorded = { audit: 0, runs: 0, plans: 0, key: null };

/** Of {@link IssueState}; a higher one comes with an upgrade in `upgrade-state.ts`. */
export const STATE_SCHEMA = 2;

/** Everything a workflow knows of its issue; carried whole over continue-as-new. */
export interface IssueState {
  readonly schema: typeof STATE_SCHEMA;
  readonly issue: IssueIdentity;
  readonly taskType: WorkerType;
  readonly observed: ObservedIssue | null;
  readonly policy: IssuePolicy | null;
  /** True if the issue must be read from GitHub before the next step. */
  readonly syncDue: boolean;
  readonly paused: { readonly by: string; readonly reason: string | null; readonly at: string } | null;
  readonly plan: PlanTrack;
  readonly implementation: ImplementationTrack;
  readonly review: ReviewTrack;
  /** The author's conversation: plan, revisions, implementation and rework. */
  readonly session: AgentSession | null;
  readonly costUsd: number;
  readonly usage: TokenUsage;
  readonly runs: readonly RunRecord[];
  readonly audit: readonly AuditEntry[];
  /** Of all runs and audit entries, also those that are no longer kept here. */
  readonly counts: { readonly audit: number; readonly runs: number };
  readonly recorded: Recorded;
  readonly comments: CommentsSeen;
  readonly conversation: Conversation;
  /** What the agent's work stopped at; its state stays, and it goes on on a person's word. */
  readonly stop: Stop | null;
  readonly purse: Purse;
  readonly waiting: Waiting | null;
  /** Agents that could not do a piece of work, for which another took over. */
  readonly standIn?: { readonly work: string; readonly failed: readonly string[] } | null;
  /** What work cycles asked for. */
  readonly desk: WorkDesk;
  /** Request ids already answered, newest last. */
  readonly requests: readonly string[];
  readonly outcome: IssueOutcome | null;
}

const MAX_AUDIT = 200;
const MAX_RUNS = 50;
const MAX_REQUESTS = 200;

/** The state of an issue that was just selected. */
export function newIssueState(issue: IssueIdentity, taskType: WorkerType): IssueState {
  return {
    schema: STATE_SCHEMA,
    issue,
    taskType,
    observed: null,
    policy: null,
    syncDue: true,
    paused: null,
    plan: noPlan,
    implementation: noImplementation,
    review: noReview,
    session: null,
    costUsd: 0,
    usage: noUsage,
    runs: [],
    audit: [],
    counts: { audit: 0, runs: 0 },
    recorded: nothingRecorded,
    comments: noCommentsSeen,
    conversation: noConversation,
    stop: null,
    purse: emptyPurse,
    waiting: null,
    desk: emptyDesk,
    requests: [],
    outcome: null,
  };
}

export function withPlan(state: IssueState, patch: Partial<PlanTrack>): IssueState {
  return { ...state, plan: { ...state.plan, ...patch } };
}

export function withImplementation(state: IssueState, patch: Partial<ImplementationTrack>): IssueState {
  return { ...state, implementation: { ...state.implementation, ...patch } };
}

export function withReview(state: IssueState, patch: Partial<ReviewTrack>): IssueState {
  return { ...state, review: { ...state.review, ...patch } };
}

/** Adds a line to the audit; the oldest lines go first once there are too many for a workflow's state. */
export function withAudit(state: IssueState, entry: AuditEntry): IssueState {
  return {
    ...state,
    audit: [...state.audit, entry].slice(-MAX_AUDIT),
    counts: { ...state.counts, audit: state.counts.audit + 1 },
  };
}

/** Records a run and what it cost. */
export function withRun(state: IssueState, run: RunRecord): IssueState {
  return {
    ...state,
    runs: [...state.runs, run].slice(-MAX_RUNS),
    counts: { ...state.counts, runs: state.counts.runs + 1 },
    costUsd: state.costUsd + run.costUsd,
    usage: addUsage(state.usage, run.usage),
  };
}

/** Remembers a request id, so that the same request through another door is applied once. */
export function withRequest(state: IssueState, requestId: string): IssueState {
  return { ...state, requests: [...state.requests, requestId].slice(-MAX_REQUESTS) };
}

export function withConversation(state: IssueState, patch: Partial<Conversation>): IssueState {
  return { ...state, conversation: { ...state.conversation, ...patch } };
}
