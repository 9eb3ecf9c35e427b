import type { Priority } from '@temporalio/common';
import { ActivityCancellationType, proxyActivities, workflowInfo, type ActivityOptions } from '@temporalio/workflow';
import type { AgentActivities, MainActivities } from '../activities/types.ts';
import type { IssuePolicy, RunLimits } from '../domain/policy.ts';
import type { WorkerType } from '../domain/worker-type.ts';
import { agentTaskQueue } from './protocol.ts';

const MINUTE = 60_000;

/** Three tries, each wait twice the one before; GitHub's own delay comes before ours as `nextRetryDelay`. */
const retry = { maximumAttempts: 3, backoffCoefficient: 2, initialInterval: '1s' } as const;

const common = {
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
} as const satisfies ActivityOptions;

/** How soon a dead worker is noticed. Steps beat every second. */
const HEARTBEAT_TIMEOUT = '15s';

const beating = { ...common, heartbeatTimeout: HEARTBEAT_TIMEOUT } as const;

/** Time-outs of the short steps. */
const shortOptions = {
  recallIssue: { ...beating, startToCloseTimeout: '30s' },
  syncIssue: { ...beating, startToCloseTimeout: '2m' },
  loadPolicy: { ...common, startToCloseTimeout: '10s' },
  publishPlan: { ...beating, startToCloseTimeout: '1m' },
  publishQuestion: { ...beating, startToCloseTimeout: '1m' },
  publishChange: { ...beating, startToCloseTimeout: '10m' },
  openPullRequest: { ...beating, startToCloseTimeout: '1m' },
  postReminder: { ...beating, startToCloseTimeout: '1m' },
  publishReview: { ...beating, startToCloseTimeout: '1m' },
  // Each attempt goes on behind what the one before has finished; GitHub's limits may end several.
  syncRepositories: { ...beating, startToCloseTimeout: '6h', retry: { ...retry, maximumAttempts: 10 } },
} as const satisfies Record<Exclude<keyof MainActivities, 'recordIssue'>, ActivityOptions>;

/**
 * A worker that dies costs an attempt; an agent that fails is given up by the activity itself after three. So the
 * number of attempts here is a stop for the absurd, not a policy.
 */
const survivingRetry = { ...retry, maximumAttempts: 30, maximumInterval: '1m' } as const;

/** Runs a short step with a summary for the Web UI. */
export function mainActivity<Name extends keyof typeof shortOptions>(
  name: Name,
  summary: string,
): (...args: Parameters<MainActivities[Name]>) => ReturnType<MainActivities[Name]> {
  const proxies = proxyActivities<MainActivities>({ ...shortOptions[name], summary });
  return proxies[name] as unknown as (...args: Parameters<MainActivities[Name]>) => ReturnType<MainActivities[Name]>;
}

/** Runs a step of the worker type; `longestMs` is how long one attempt may take. */
export function agentActivity<Name extends Exclude<keyof AgentActivities, 'releaseWorkspace'>>(
  name: Name,
  options: {
    readonly type: WorkerType;
    readonly longestMs: number;
    readonly summary: string;
    /** Who gets the next free slot. */
    readonly priority: Priority;
  },
): (...args: Parameters<AgentActivities[Name]>) => ReturnType<AgentActivities[Name]> {
  const proxies = proxyActivities<AgentActivities>({
    ...beating,
    taskQueue: agentTaskQueue(options.type, workflowInfo().taskQueue),
    startToCloseTimeout: options.longestMs,
    retry: survivingRetry,
    summary: options.summary,
    priority: options.priority,
  });
  return proxies[name] as unknown as (...args: Parameters<AgentActivities[Name]>) => ReturnType<AgentActivities[Name]>;
}

/** Cleaning up must not keep an ended issue alive: where no worker takes it soon, `prune` does it later. */
export function releaseActivity(type: WorkerType): AgentActivities['releaseWorkspace'] {
  return proxyActivities<AgentActivities>({
    ...common,
    taskQueue: agentTaskQueue(type, workflowInfo().taskQueue),
    scheduleToCloseTimeout: '1m',
    retry: { maximumAttempts: 2 },
    summary: 'Remove the workspace',
  }).releaseWorkspace;
}

/** The longest attempt of an agent run: its own limit, and time to prepare and to save. */
export function longestRunMs(limits: Pick<RunLimits, 'wallClockMs'>): number {
  return limits.wallClockMs + 10 * MINUTE;
}

/** The longest attempt of a validation. */
export function longestValidationMs(policy: IssuePolicy): number {
  return policy.validation.timeoutMs + 10 * MINUTE;
}
