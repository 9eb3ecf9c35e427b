import type { CycleRepository } from '../../domain/cycle/cycle.ts';
import type { WorkPhase } from '../../domain/cycle/phases.ts';
import type { WorkRequest } from '../../domain/cycle/desk.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RepositoryEntry } from '../sync/dependencies.ts';

/** A repository of the configuration, and how many of its issues each phase may work on at a time. */
export interface CycleRepositoryEntry extends RepositoryEntry, Pick<CycleRepository, 'parallelism'> {}

/** What the configuration says about work cycles, now. */
export interface CycleSettings {
  readonly repositories: readonly CycleRepositoryEntry[];
  /** Issues with one of these are planned. */
  readonly labels: readonly string[];
  readonly parallelism: Record<WorkPhase, number>;
  readonly maxNewPlans: number;
  readonly issuesPath: string | null;
  readonly hooks: {
    readonly before: readonly string[];
    readonly after: readonly string[];
    readonly failed: readonly string[];
  };
}

/** The workflows of issues, as far as a cycle needs them. */
export interface WorkDoor {
  /** Leaves a request with an issue, beginning its life where it has none. @throws GhwError `TemporalUnreachable` */
  request(issue: IssueIdentity, request: WorkRequest): Promise<void>;
  /** Takes a request back; nothing if the issue has ended. @throws GhwError `TemporalUnreachable` */
  withdraw(issue: IssueIdentity, requestId: string): Promise<void>;
}

/** What the steps of a cycle stand on. */
export interface CycleDependencies {
  readonly ledger: Ledger;
  readonly cycleSettings: () => Promise<CycleSettings>;
  readonly door: WorkDoor;
  /** Who `@me` is. */
  readonly viewer: () => Promise<{ readonly login: string }>;
  /** Of the commands that hooks are; nothing of the worker's secrets. */
  readonly hookEnvironment: NodeJS.ProcessEnv;
}
