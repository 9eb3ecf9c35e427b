/**
 * Every name that crosses a process: workflow types and ids, messages, task queues, search attributes, memo keys. Both
 * sides import it; it imports nothing but types and the domain.
 */
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SignalDefinition,
  type UpdateDefinition,
} from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AuditEntry, IssueIdentity, IssueOutcome, IssueState } from '../domain/issue-state.ts';
import type { CycleState } from '../domain/cycle/cycle.ts';
import type { WorkAnswer, WorkRequest } from '../domain/cycle/desk.ts';
import type { CommandName } from '../domain/commands/index.ts';
import type { DiscoveryState } from '../domain/discovery/cycle.ts';
import type { PlanVersion } from '../domain/plan.ts';
import type { PullRequestIdentity } from '../domain/pull-request/identity.ts';
import type { PullRequestHistoryEntry, PullRequestLife, PullRequestOutcome } from '../domain/pull-request/life.ts';
import type { PullRequestNotice } from '../domain/pull-request/notice.ts';
import type { PullRequestSummary } from '../domain/pull-request/summary.ts';
import { canonicalRepositoryName } from '../domain/repository-name.ts';
import type { RepositorySyncResult, SyncSelection } from '../domain/selection.ts';
import type { IssueSummary } from '../domain/summary.ts';
import type { WorkerType } from '../domain/worker-type.ts';

/** Workflows and short activities. */
export const MAIN_TASK_QUEUE = 'ghw';

/** Agent runs and validation of one kind of work. */
export function agentTaskQueue(type: WorkerType, main: string = MAIN_TASK_QUEUE): string {
  return `${main}-${type}`;
}

export const ISSUE_WORKFLOW = 'issueWorkflow';
export const PULL_REQUEST_WORKFLOW = 'pullRequestWorkflow';
export const SYNC_WORKFLOW = 'syncWorkflow';
export const WORK_CYCLE_WORKFLOW = 'workCycleWorkflow';
export const DISCOVERY_WORKFLOW = 'discoveryWorkflow';

/** `issue:owner/repo#42`, in lower case: two spellings of a repository are one issue. */
export function issueWorkflowId(repository: string, number: number): string {
  return `issue:${canonicalRepositoryName(repository)}#${number}`;
}

export interface IssueWorkflowInput {
  readonly issue: IssueIdentity;
  /** Carried over continue-as-new; absent for a new run. */
  readonly state?: IssueState;
}

/** What a closed issue workflow leaves behind. */
export interface IssueWorkflowResult {
  readonly outcome: IssueOutcome;
  readonly summary: IssueSummary;
}

/** Update: does what the command's name says, or refuses with the reason. Arguments: see `domain/commands`. */
export function commandUpdate(name: CommandName): UpdateDefinition<IssueSummary, [unknown]> {
  return defineUpdate<IssueSummary, [unknown]>(name);
}

/** The same command as a signal, for when no worker answers; what does not apply is recorded in the audit. */
export function commandSignal(name: CommandName): SignalDefinition<[unknown]> {
  return defineSignal<[unknown]>(name);
}

/** Reads the issue from GitHub now and answers with what it has become. */
export const syncUpdate = defineUpdate<IssueSummary>('sync');
/** Asks for a sync without waiting for it. */
export const syncSignal = defineSignal('sync');

/** A cycle asks for work; the answer goes to its `replyTo`. */
export const workRequestSignal = defineSignal<[WorkRequest]>('request');
/** A cycle no longer wants what it asked for, by request id; what has begun goes on. */
export const withdrawSignal = defineSignal<[string]>('withdraw');
/** An issue's answer to a cycle. */
export const workAnswerSignal = defineSignal<[WorkAnswer]>('answer');

/** How a cycle stands, for whoever follows it. */
export const cycleQuery = defineQuery<CycleState>('cycle');

export const stateQuery = defineQuery<IssueSummary>('state');
/** The newest plan version, or the one named by number. Null if there is none (or its text is no longer kept). */
export const planQuery = defineQuery<PlanVersion | null, [number?]>('plan');
export const auditQuery = defineQuery<readonly AuditEntry[]>('audit');

/** `pr:owner/repo#7`, in lower case, by the name under which the repository was first registered. */
export function pullRequestWorkflowId(repository: string, number: number): string {
  return `pr:${canonicalRepositoryName(repository)}#${number}`;
}

export interface PullRequestWorkflowInput {
  readonly pullRequest: PullRequestIdentity;
  /** Carried over continue-as-new; absent for a new run. */
  readonly life?: PullRequestLife;
}

/** What a closed pull request workflow leaves behind. */
export interface PullRequestWorkflowResult {
  readonly outcome: PullRequestOutcome;
  readonly summary: PullRequestSummary;
}

/** What happened to a pull request; told by signal-with-start. Each change counts once, by its id. */
export const pullRequestChangedSignal = defineSignal<[PullRequestNotice]>('pullRequestChanged');
/** Begin nothing about this pull request: `{by, reason?}`. What happens to it is taken down all the same. */
export const pausePullRequestUpdate = defineUpdate<PullRequestSummary, [unknown]>('pause');
export const pausePullRequestSignal = defineSignal<[unknown]>('pause');
/** Go on: `{by}`. */
export const resumePullRequestUpdate = defineUpdate<PullRequestSummary, [unknown]>('resume');
export const resumePullRequestSignal = defineSignal<[unknown]>('resume');
export const pullRequestStateQuery = defineQuery<PullRequestSummary>('state');
export const pullRequestHistoryQuery = defineQuery<readonly PullRequestHistoryEntry[]>('history');

export interface SyncWorkflowInput {
  readonly sync: SyncSelection;
}

export interface SyncWorkflowResult {
  readonly repositories: readonly RepositorySyncResult[];
}

/** Workflow id of one sync by hand. */
export function syncWorkflowId(requestId: string): string {
  return `sync:${requestId}`;
}

/** Schedule id of continuous work, and the beginning of the ids of its cycles. */
export function workScheduleId(name: string): string {
  return `work:${name}`;
}

/** Workflow id of one cycle by hand. */
export function onceCycleId(requestId: string): string {
  return `work:once:${requestId}`;
}

/** Schedule id of discovery, and the beginning of the ids of its cycles. Installations apart have one each. */
export function discoveryScheduleId(taskQueue: string): string {
  return taskQueue === MAIN_TASK_QUEUE ? 'discovery' : `discovery:${taskQueue}`;
}

/** Workflow id of one cycle of discovery by hand. */
export function onceDiscoveryId(requestId: string): string {
  return `discovery:once:${requestId}`;
}

/** How a cycle of discovery stands. */
export const discoveryQuery = defineQuery<DiscoveryState>('discovery');

/** One table for all workflows; the embedded store allows ten keywords and three of each other type. */
export const searchAttributes = {
  repository: defineSearchAttributeKey('GhwRepository', SearchAttributeType.KEYWORD),
  phase: defineSearchAttributeKey('GhwPhase', SearchAttributeType.KEYWORD),
  planState: defineSearchAttributeKey('GhwPlanState', SearchAttributeType.KEYWORD),
  implementationState: defineSearchAttributeKey('GhwImplementationState', SearchAttributeType.KEYWORD),
  waitsFor: defineSearchAttributeKey('GhwWaitsFor', SearchAttributeType.KEYWORD),
  taskType: defineSearchAttributeKey('GhwTaskType', SearchAttributeType.KEYWORD),
  number: defineSearchAttributeKey('GhwNumber', SearchAttributeType.INT),
  costUsd: defineSearchAttributeKey('GhwCostUsd', SearchAttributeType.DOUBLE),
  tags: defineSearchAttributeKey('GhwTags', SearchAttributeType.KEYWORD_LIST),
} as const;

/** What a list shows of a pull request without being able to search for it. */
export interface PullRequestMemo {
  readonly title: string;
  readonly url: string;
  readonly author: string | null;
  readonly branch: string;
  /** Of the newest change that it heard of; also after it has ended. */
  readonly revision: number;
}

/** What a list shows without being able to search for it. */
export interface IssueMemo {
  readonly title: string;
  readonly url: string;
  readonly author: string | null;
  readonly pullRequest: number | null;
  readonly paused: boolean;
  /** What an agent asks, cut; null while it asks nothing. */
  readonly question: string | null;
  /** What the work stopped at; null while it did not. */
  readonly stop: string | null;
}
