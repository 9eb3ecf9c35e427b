import type { CyclePlan, CycleRequest, CycleState, PhaseSelection, WorkTarget } from '../../domain/cycle/cycle.ts';
import type { ErrorName } from '../../domain/errors.ts';
import type { WorkRequest } from '../../domain/cycle/desk.ts';
import type { WorkPhase } from '../../domain/cycle/phases.ts';

export interface SelectWorkInput {
  readonly phase: WorkPhase;
  readonly request: CycleRequest;
  readonly plan: CyclePlan;
}

export interface IssueWorkRequest {
  readonly target: WorkTarget;
  readonly request: WorkRequest;
}

/** A request that could not be left with its issue. */
export interface UnsentRequest {
  readonly requestId: string;
  readonly name: ErrorName;
  readonly message: string;
}

export interface CycleHookInput {
  readonly moment: 'before' | 'after' | 'failed';
  readonly cycleId: string;
  readonly cycle: CycleState;
}

/** The steps of a work cycle. Each may run twice and leaves the same. */
export interface CycleActivities {
  /** What the configuration says now. Fails for good where a required setting is missing. */
  planCycle(request: CycleRequest): Promise<CyclePlan>;
  /** What a phase takes, by what the ledger knows. */
  selectWork(input: SelectWorkInput): Promise<PhaseSelection>;
  /** Leaves requests with issues, beginning the life of those that have none. */
  requestWork(requests: readonly IssueWorkRequest[]): Promise<readonly UnsentRequest[]>;
  /** Takes back what has not begun. */
  withdrawWork(requests: readonly IssueWorkRequest[]): Promise<void>;
  /** Writes how the cycle stands into the ledger. */
  recordCycle(input: { readonly id: string; readonly cycle: CycleState }): Promise<void>;
  /** Runs what people have set for this moment, as the configuration says now. Says what went wrong. */
  runHooks(input: CycleHookInput): Promise<readonly string[]>;
}
