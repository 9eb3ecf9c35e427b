import type { ScheduleDescription } from '@temporalio/client';
import type { CycleRequest } from '../../domain/cycle/cycle.ts';

/** A cycle that a schedule has started. */
export interface ScheduledCycle {
  /** Of its workflow. */
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** How a schedule of work cycles stands. Times are ISO 8601. */
export interface WorkSchedule {
  readonly name: string;
  /** `1h30m`, or a cron expression. */
  readonly frequency: string;
  /** Of the cron expression; null for an interval. */
  readonly timeZone: string | null;
  /** Between two cycles, in milliseconds; the shortest one, where they differ. */
  readonly intervalMs: number;
  readonly paused: boolean;
  /** Who set, paused or resumed it, and why. */
  readonly note: string | null;
  /** How many cycles are left; null for no end. */
  readonly remainingCycles: number | null;
  /** The next starts, before jitter; none where no cycle is left. A paused schedule lets them pass. */
  readonly nextStarts: readonly string[];
  readonly running: readonly string[];
  /** Up to ten, newest first. */
  readonly recent: readonly ScheduledCycle[];
  readonly started: number;
  /** Starts that were left out because the cycle before was still running. */
  readonly skipped: number;
  /** Starts that were missed because Temporal was away. */
  readonly missed: number;
  /** What its cycles are asked for. */
  readonly request: CycleRequest;
  readonly createdAt: string;
}

const PREFIX = 'work:';

/** The name of a schedule of ours; undefined for any other. */
export function nameOfSchedule(scheduleId: string): string | undefined {
  return scheduleId.startsWith(PREFIX) ? scheduleId.slice(PREFIX.length) : undefined;
}

/** What Temporal knows of a schedule, in our words; undefined for one that is not ours. */
export function statusOf(description: ScheduleDescription): WorkSchedule | undefined {
  const { action, info, spec, state } = description;
  const [request] = (action.args ?? []) as readonly Partial<CycleRequest>[];
  const name = nameOfSchedule(description.scheduleId);
  if (name === undefined || !isRequest(request)) return undefined;
  const { note = '', remainingActions: remaining = null } = state;
  return {
    name,
    frequency: request.frequency,
    timeZone: spec.intervals?.length ? null : (spec.timezone ?? 'UTC'),
    intervalMs: request.intervalMs,
    paused: state.paused,
    note: note === '' ? null : note,
    remainingCycles: remaining,
    nextStarts: remaining === 0 ? [] : info.nextActionTimes.map((time) => time.toISOString()),
    running: info.runningActions.map(({ workflow }) => workflow.workflowId),
    recent: info.recentActions
      .map(({ action: taken, takenAt }) => ({ id: taken.workflow.workflowId, startedAt: takenAt.toISOString() }))
      .reverse(),
    started: info.numActionsTaken,
    skipped: info.numActionsSkippedOverlap,
    missed: info.numActionsMissedCatchupWindow,
    request,
    createdAt: info.createdAt.toISOString(),
  };
}

type ScheduledRequest = CycleRequest & { readonly frequency: string; readonly intervalMs: number };

function isRequest(request: Partial<CycleRequest> | undefined): request is ScheduledRequest {
  return typeof request?.frequency === 'string' && typeof request.intervalMs === 'number';
}
