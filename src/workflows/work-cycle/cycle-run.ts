import type { CycleState, PhaseResult } from '../../domain/cycle/cycle.ts';
import type { WorkAnswer } from '../../domain/cycle/desk.ts';

/** What the phases of one cycle share. */
export interface CycleRun {
  /** Workflow id: names the cycle in requests, and takes their answers. */
  readonly id: string;
  readonly state: CycleState;
  /** Answers that came, by request id. */
  readonly answers: Map<string, WorkAnswer>;
  /** ISO 8601, from the workflow's clock. */
  now(): string;
  /** Replaces what its phase has come to. */
  changePhase(result: PhaseResult): void;
}
