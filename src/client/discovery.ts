import { randomUUID } from 'node:crypto';
import {
  ScheduleAlreadyRunning,
  type ScheduleOptionsStartWorkflowAction,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { DiscoveryProgress, DiscoveryRequest, DiscoveryState } from '../domain/discovery/cycle.ts';
import { formatDuration } from '../domain/duration.ts';
import {
  DISCOVERY_WORKFLOW,
  discoveryQuery,
  discoveryScheduleId,
  onceDiscoveryId,
  searchAttributes,
} from '../workflows/protocol.ts';
import { isNotFound } from './errors.ts';
import { pendingStepOf } from './pending-step.ts';
import { scheduleSpec } from './work-cycle/frequency.ts';
import { type WorkClient, needCycleWorker, workError } from './work-cycle/work-client.ts';

type DiscoveryWorkflow = (request: DiscoveryRequest) => Promise<DiscoveryState>;

const allDue: DiscoveryRequest = { repositories: null };

/** How discovery's schedule stands. Times are ISO 8601. */
export interface DiscoverySchedule {
  readonly everyMs: number;
  readonly paused: boolean;
  /** Who paused or resumed it, and why. */
  readonly note: string | null;
  readonly nextStarts: readonly string[];
  /** Workflow ids. */
  readonly running: readonly string[];
  /** Up to ten, newest first. */
  readonly recent: readonly { readonly id: string; readonly startedAt: string }[];
  readonly started: number;
  /** Starts that were left out because the cycle before was still running. */
  readonly skipped: number;
}

/**
 * Makes the schedule be there with this interval; a paused one stays paused. Cycles never overlap. Done again, it changes
 * nothing.
 *
 * @throws GhwError `TemporalUnreachable`
 */
export async function ensureDiscovery(
  { taskQueue, temporal }: WorkClient,
  { everyMs }: { readonly everyMs: number },
): Promise<'created' | 'updated' | 'unchanged'> {
  const { schedule } = temporal.client;
  const scheduleId = discoveryScheduleId(taskQueue);
  const action: ScheduleOptionsStartWorkflowAction<DiscoveryWorkflow> = {
    type: 'startWorkflow',
    workflowType: DISCOVERY_WORKFLOW,
    workflowId: scheduleId,
    taskQueue,
    args: [allDue],
    staticSummary: `Discovery of pull requests, every ${formatDuration(everyMs)}`,
    typedSearchAttributes: [{ key: searchAttributes.tags, value: ['discovery'] }],
  };
  const wanted = {
    action,
    spec: scheduleSpec({ everyMs }, new Date()),
    // What was missed while Temporal was away is not made up for: the next cycle does it all.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' as const },
  };
  try {
    try {
      await schedule.create({
        ...wanted,
        scheduleId,
        memo: { what: 'Discovery of pull requests and checks by gh-worker' },
      });
      return 'created';
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
    const handle = schedule.getHandle(scheduleId);
    if ((await handle.describe()).spec.intervals?.[0]?.every === everyMs) return 'unchanged';
    await handle.update(({ state }) => ({ ...wanted, state }));
    return 'updated';
  } catch (error) {
    throw workError(error, `schedule ${scheduleId}`);
  }
}

/** @throws GhwError `WorkNotFound` if there is no schedule, `TemporalUnreachable` */
export async function readDiscovery({ taskQueue, temporal }: WorkClient): Promise<DiscoverySchedule> {
  const scheduleId = discoveryScheduleId(taskQueue);
  try {
    const { info, spec, state } = await temporal.client.schedule.getHandle(scheduleId).describe();
    return {
      everyMs: spec.intervals?.[0]?.every ?? 0,
      paused: state.paused,
      note: state.note === undefined || state.note === '' ? null : state.note,
      nextStarts: info.nextActionTimes.map((time) => time.toISOString()),
      running: info.runningActions.map(({ workflow }) => workflow.workflowId),
      recent: info.recentActions
        .map(({ action, takenAt }) => ({ id: action.workflow.workflowId, startedAt: takenAt.toISOString() }))
        .reverse(),
      started: info.numActionsTaken,
      skipped: info.numActionsSkippedOverlap,
    };
  } catch (error) {
    throw workError(error, `schedule ${scheduleId}`);
  }
}

/** Lets the next starts pass until it is resumed; a cycle that runs goes on. @throws GhwError `WorkNotFound` */
export async function pauseDiscovery({ taskQueue, temporal }: WorkClient, note: string): Promise<void> {
  const scheduleId = discoveryScheduleId(taskQueue);
  try {
    await temporal.client.schedule.getHandle(scheduleId).pause(note);
  } catch (error) {
    throw workError(error, `schedule ${scheduleId}`);
  }
}

/** Goes on with the next start. @throws GhwError `WorkNotFound` */
export async function resumeDiscovery({ taskQueue, temporal }: WorkClient, note: string): Promise<void> {
  const scheduleId = discoveryScheduleId(taskQueue);
  try {
    await temporal.client.schedule.getHandle(scheduleId).unpause(note);
  } catch (error) {
    throw workError(error, `schedule ${scheduleId}`);
  }
}

/** A cycle that runs, or ran, on its own. */
export interface DiscoveryHandle {
  /** Of its workflow. */
  readonly id: string;
  /** How it stands now. Needs a worker. @throws GhwError `WorkNotFound`, `TemporalUnreachable` */
  state(): Promise<DiscoveryState>;
  /** How far reading got; null where nothing is being read, or nothing has been told yet. */
  progress(): Promise<DiscoveryProgress | null>;
  /** Waits for its end, however long that takes. @throws GhwError `WorkNotFound`, `TemporalUnreachable` */
  result(): Promise<DiscoveryState>;
  /** Ends it; what was read stays. */
  cancel(): Promise<void>;
}

/**
 * Starts one cycle at once, beside the schedule.
 *
 * @returns as soon as it has begun; it goes on without this process
 * @throws GhwError `NoWorker`, `TemporalUnreachable`
 */
export async function runDiscovery(work: WorkClient, request: DiscoveryRequest = allDue): Promise<DiscoveryHandle> {
  await needCycleWorker(work);
  const workflowId = onceDiscoveryId(randomUUID());
  try {
    await work.temporal.client.workflow.start<DiscoveryWorkflow>(DISCOVERY_WORKFLOW, {
      workflowId,
      taskQueue: work.taskQueue,
      args: [request],
      staticSummary: 'One discovery of pull requests',
      typedSearchAttributes: [{ key: searchAttributes.tags, value: ['discovery'] }],
    });
  } catch (error) {
    throw workError(error, `discovery ${workflowId}`);
  }
  return discoveryHandle(work, workflowId);
}

/** A cycle by its workflow's id. */
export function discoveryHandle({ temporal }: WorkClient, id: string): DiscoveryHandle {
  const handle = temporal.client.workflow.getHandle<DiscoveryWorkflow>(id);
  const about = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    try {
      return await ask();
    } catch (error) {
      throw workError(error, `discovery ${id}`);
    }
  };
  return {
    id,
    state: () => about(() => handle.query(discoveryQuery)),
    progress: async () => {
      const step = await pendingStepOf(handle).catch(() => undefined);
      return step === undefined ? null : progressOf(step.details);
    },
    result: () => about(() => handle.result()),
    cancel: () => about(async () => void (await handle.cancel())),
  };
}

/** What the newest cycle of the schedule came to; null if none has ended, or Temporal keeps it no longer. */
export async function lastDiscovery(work: WorkClient, schedule: DiscoverySchedule): Promise<DiscoveryState | null> {
  const ended = schedule.recent.find(({ id }) => !schedule.running.includes(id));
  if (ended === undefined) return null;
  try {
    return await work.temporal.client.workflow.getHandle<DiscoveryWorkflow>(ended.id).result();
  } catch (error) {
    if (isNotFound(error) || (error instanceof Error && error.name === 'WorkflowFailedError')) return null;
    throw workError(error, `discovery ${ended.id}`);
  }
}

function progressOf(details: unknown): DiscoveryProgress | null {
  const { finished, pullRequests, repository, requests, total } = (details ?? {}) as Partial<DiscoveryProgress>;
  if (typeof total !== 'number' || typeof finished !== 'number') return null;
  return {
    ...{ total, finished, pullRequests: pullRequests ?? 0, requests: requests ?? 0 },
    repository: typeof repository === 'string' ? repository : null,
  };
}
