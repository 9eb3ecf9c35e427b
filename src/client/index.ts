/**
 * The programmatic interface of gh-worker: work cycles and their schedules, and watching agents. Needs a Temporal service
 * and a worker, as the commands do (`ghw up`); see `docs/programmatic.md`.
 */
export { type ConnectOptions, type WorkConnection, connect } from './work-cycle/connect.ts';
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
} from './work-cycle/schedules.ts';
export { type CycleHandle, cycleHandle, runCycle, runOnce } from './work-cycle/cycles.ts';
export type { CycleOptions } from './work-cycle/cycle-request.ts';
export type { CycleEnd, CycleProgress, FollowCycleOptions } from './work-cycle/follow-cycle.ts';
export type { Frequency } from './work-cycle/frequency.ts';
export { type FollowRunOptions, type RunItem, type RunStatus, followRun } from './runs/follow-run.ts';
export type { RunState } from './runs/run-status.ts';
export { runningCycles } from './work-cycle/running.ts';
export type { ScheduledCycle, WorkSchedule } from './work-cycle/schedule-status.ts';
export { type WorkClient, hasCycleWorker, workClient } from './work-cycle/work-client.ts';
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
