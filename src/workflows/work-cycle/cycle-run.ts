import type { CycleState, PhaseResult } from '../../domain/cycle/cycle.ts';
import type { WorkAnswer } from '../../domain/cycle/desk.ts';

/** What the phases of one cycle share. */
export interface CycleRun {
  /** Workflow id: names the cycle in requests, and takes their answers. */
  readonly id: string;
  /** Tells it from another workflow of the same id; stays over a reset. */
  readonly execution: string;
  readonly state: CycleState;
  /** Answers that came, by request id. */
  readonly answers: Map<string, WorkAnswer>;
  /** What goes on beside the phases; the cycle ends after it. Rejects only with a cancellation. */
  readonly later: Promise<void>[];
  /** ISO 8601, from the workflow's clock. */
  now(): string;
  /** Replaces what its phase has come to. */
  changePhase(result: PhaseResult): void;
}

/** Of the time between two cycles, a phase waits so much at most. */
const SHARE_OF_INTERVAL = 1 / 5;

/** When a phase waits no longer, in milliseconds since 1970; null for never. */
export function phaseDeadline({ state }: CycleRun, { startedAt }: PhaseResult): number | null {
  const { intervalMs } = state.request;
  return intervalMs === null ? null : Date.parse(startedAt) + intervalMs * SHARE_OF_INTERVAL;
}
