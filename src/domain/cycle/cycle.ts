import type { Failure } from '../errors.ts';
import type { RepositorySyncResult } from '../selection.ts';
import type { CyclePhase, WorkPhase } from './phases.ts';

/** Which issues a cycle works on. Sync is told of repositories, numbers and `since` alone; the other phases of all. */
export interface WorkSelection {
  /** Names in which `*` stands for anything but a slash; all configured repositories if empty. */
  readonly repositories: readonly string[];
  /** First and last numbers; null for what the labels select. */
  readonly numbers: readonly (readonly [number, number])[] | null;
  /** At least one of these; null for the configured ones, empty for any. */
  readonly labels: readonly string[] | null;
  /** None of these. */
  readonly notLabels: readonly string[];
  /** ISO 8601; updated at or after it. */
  readonly since: string | null;
  readonly assignee: string | null;
  /** Only repositories of at least this priority: 1 critical to 4 low. */
  readonly priority: number | null;
}

/** Everything that labels select, in every configured repository. */
export const wholeSelection: WorkSelection = {
  repositories: [],
  numbers: null,
  labels: null,
  notLabels: [],
  since: null,
  assignee: null,
  priority: null,
};

/** What a cycle is asked for. */
export interface CycleRequest {
  /** Of the schedule, or `once`. */
  readonly name: string;
  readonly selection: WorkSelection;
  readonly phases: readonly CyclePhase[];
  /** Comes before the configuration. */
  readonly choices: Partial<Record<WorkPhase, { readonly agent: string | null; readonly model: string | null }>>;
  /** Says what each phase would do, and does nothing. */
  readonly dryRun: boolean;
  /** Of the schedule, for people: `1h30m`, or a cron expression. Null for a cycle by hand. */
  readonly frequency: string | null;
  /** Between the starts of two cycles, in milliseconds: each phase waits at most a fifth of it. Null for no limit. */
  readonly intervalMs: number | null;
}

/** A repository that a cycle works on. */
export interface CycleRepository {
  readonly id: string | null;
  readonly name: string;
  readonly priority: number;
  /** Of its own issues; only the phases for which the configuration says it. */
  readonly parallelism: Partial<Record<WorkPhase, number>>;
}

/** The configuration that held for a cycle, as it was when it began. */
export interface CyclePlan {
  /** Which cycle of its name this is, from 1. */
  readonly cycle: number;
  readonly repositories: readonly CycleRepository[];
  /** Names of the selection that no configured repository has. */
  readonly unknown: readonly string[];
  readonly labels: readonly string[];
  readonly parallelism: Record<WorkPhase, number>;
  readonly maxNewPlans: number;
  readonly issuesPath: string;
  /** How many there are. What they are stays with the worker: an address may hold a secret. */
  readonly hooks: Readonly<Record<'before' | 'after' | 'failed', number>>;
  /** ISO 8601; so many cycles failed in a row that this one does nothing before then. Null for go on. */
  readonly backOffUntil: string | null;
  readonly failuresInARow: number;
}

/** An issue that a phase takes. */
export interface WorkTarget {
  readonly repository: string;
  readonly repositoryId: string;
  readonly number: number;
  /** 1 critical to 4 low. */
  readonly priority: number;
}

/** What a phase would take, and what it leaves. */
export interface PhaseSelection {
  /** In the order in which they are asked. */
  readonly targets: readonly WorkTarget[];
  readonly skipped: Readonly<Record<string, number>>;
  readonly waitingForPerson: number;
  readonly alreadyRunning: number;
  readonly room: PhaseRoom;
}

/** How many issues may be worked on at a time. */
export interface PhaseRoom {
  readonly total: number;
  /** By node id, for the repositories that have a limit of their own. */
  readonly of: Readonly<Record<string, number>>;
}

/** What became of one issue in a phase. */
export interface IssueEnd {
  readonly repository: string;
  readonly number: number;
  readonly outcome:
    'done' | 'failed' | 'skipped' | 'waiting_for_person' | 'already_running' | 'still_running' | 'would_take';
  readonly reason: string | null;
}

/** An error of a phase: a warning costs one issue or repository, a fatal one the whole phase. */
export interface PhaseError extends Pick<Failure, 'name' | 'message'> {
  readonly severity: 'warning' | 'fatal';
  /** `owner/repo` or `owner/repo#42`; null if it concerns all. */
  readonly where: string | null;
}

/** What a phase came to. */
export interface PhaseResult {
  readonly phase: CyclePhase;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** What it took: issues, or repositories for sync. */
  readonly taken: number;
  /** Of those taken, the ones that are no longer waited for. */
  readonly ended: number;
  readonly done: number;
  readonly failed: number;
  /** By reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly waitingForPerson: number;
  readonly alreadyRunning: number;
  readonly stillRunning: number;
  /** Left for the next cycle. */
  readonly notStarted: number;
  /** The newest of them; there may have been more. */
  readonly issues: readonly IssueEnd[];
  readonly repositories: readonly RepositorySyncResult[];
  readonly errors: readonly PhaseError[];
}

/** How a cycle stands, or ended. */
export interface CycleState {
  readonly request: CycleRequest;
  /** Null until the configuration was read. */
  readonly plan: CyclePlan | null;
  readonly phases: readonly PhaseResult[];
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: 'running' | 'done' | 'failed' | 'cancelled' | 'backed_off';
  readonly errors: readonly PhaseError[];
}
