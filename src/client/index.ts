/**
 * The programmatic interface of gh-worker: work cycles and their schedules, and watching agents. Needs a Temporal service
 * and a worker, as the commands do (`ghw up`); see `docs/programmatic.md`.
 */
export { type ConnectOptions, type WorkConnection, connect } from './work/connect.ts';
export {
  type EnsuredSchedule,
  type ScheduleWish,
  DEFAULT_SCHEDULE,
  deleteSchedule,
  ensureSchedule,
  listSchedules,
  pauseSchedule,
  readSchedule,
  resumeSchedule,
  setFrequency,
  triggerCycle,
} from './work/schedules.ts';
export { type CycleHandle, cycleHandle, runCycle, runOnce } from './work/cycles.ts';
export type { CycleOptions } from './work/cycle-request.ts';
export type { CycleEnd, CycleProgress, FollowCycleOptions } from './work/follow-cycle.ts';
export type { Frequency } from './work/frequency.ts';
export { type FollowRunOptions, type RunItem, type RunStatus, followRun } from './runs/follow-run.ts';
export type { RunState } from './runs/run-status.ts';
export { runningCycles } from './work/running.ts';
export type { ScheduledCycle, WorkSchedule } from './work/schedule-status.ts';
export { type WorkClient, hasCycleWorker, workClient } from './work/work-client.ts';
export type {
  CycleRequest,
  CycleState,
  IssueEnd,
  PhaseError,
  PhaseResult,
  WorkSelection,
} from '../domain/cycle/cycle.ts';
export { type CyclePhase, type WorkPhase, cyclePhases } from '../domain/cycle/phases.ts';
export type { RunEvent, RunRecord } from '../domain/stream/run-event.ts';
export type { ChunkPage, KnownRun, StreamReader } from '../domain/stream/stream-store.ts';
export { formatDuration, parseDuration } from '../domain/duration.ts';
export { type ErrorName, GhwError, errorNames } from '../domain/errors.ts';
