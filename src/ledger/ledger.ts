import type { AgentPhase } from '../domain/agent-run.ts';
import type { IssueMemory, IssueRecord, Numbered, RecordedProgress } from '../domain/issue-record.ts';
import type { SpendingSince } from '../domain/budget.ts';
import type { ImplementationState } from '../domain/implementation.ts';
import type { AuditEntry, IssueIdentity, IssueOutcome, RunRecord } from '../domain/issue-state.ts';
import type { Gone, ListedIssue, SyncedIssue } from '../domain/issue.ts';
import type { Phase, WaitsFor } from '../domain/lifecycle.ts';
import type { PlanState, PlanVersion } from '../domain/plan.ts';
import type { RepositoryReading } from '../domain/pull-request/observed.ts';
import type { IssueAddress } from './issue-address.ts';
import type { AnalysisRecords, FixAttemptRecords, PullRequestLedger, ReviewRecords } from './pull-request-ledger.ts';
import type { StreamStore } from '../domain/stream/stream-store.ts';

export type { IssueAddress };

/**
 * What must outlast Temporal's retention: which repositories and issues there are, what was planned, done, spent and
 * decided. Workflows are the truth for what is live, the ledger for what is over. Every write may be repeated.
 * Times are ISO 8601. Every method throws a `GhwError` named `LedgerUnreachable` (retryable) or `LedgerFailed`.
 */
export interface Ledger {
  readonly repositories: RepositoryLedger;
  readonly issues: IssueLedger;
  readonly runs: RunLedger;
  readonly audit: AuditLedger;
  readonly cycles: CycleLedger;
  readonly spending: SpendingLedger;
  readonly pullRequests: PullRequestLedger;
  readonly analyses: AnalysisRecords;
  readonly fixAttempts: FixAttemptRecords;
  readonly reviews: ReviewRecords;
  readonly streams: StreamStore;
  close(): Promise<void>;
}

/** A repository of the configuration. */
export interface ConfiguredRepository {
  /** GitHub's node id. */
  readonly id: string;
  /** `owner/repo` under which it was first registered; workflow ids are made of it. */
  readonly name: string;
  readonly priority: number;
  readonly active: boolean;
}

export interface LedgerRepository extends ConfiguredRepository {
  /** What GitHub calls it now. */
  readonly nameWithOwner: string;
  readonly archived: boolean;
  /** Why the newest look at it failed; null if it did not. */
  readonly problem: string | null;
  /** All issues updated before this are in the ledger; null before the first complete listing. */
  readonly watermark: string | null;
  /** When the newest look at it succeeded. */
  readonly syncedAt: string | null;
  /** How many of its issues are in the ledger and not gone. */
  readonly issueCount: number;
  /** Of discovery's newest look: when it began, and what was wrong; null if it never looked, or nothing was. */
  readonly lastCheckedAt: string | null;
  readonly lastProblem: RepositoryReading['problem'];
  /** When discovery's newest look that saw all of it began; null if none did. */
  readonly lastWholeLookAt: string | null;
}

/** What a look at a repository saw; what it did not see stays as it is known. */
export interface RepositorySighting {
  readonly id: string;
  readonly nameWithOwner?: string;
  readonly archived?: boolean;
  readonly problem: string | null;
  readonly at: string;
}

export interface RepositoryLedger {
  /** Makes the ledger's list the configuration's: adds, changes, and marks as inactive what is no longer there. */
  mirror(configured: readonly ConfiguredRepository[]): Promise<void>;
  list(): Promise<readonly LedgerRepository[]>;
  /** By node id, or by name in any spelling. */
  find(idOrName: string): Promise<LedgerRepository | null>;
  /** Node ids by name as given, found as {@link find} finds one; a name that nobody knows is missing. */
  ids(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Writes down what looks at repositories saw, where none was newer.
   *
   * @returns how they stand now
   */
  observe(
    seen: readonly RepositorySighting[],
  ): Promise<readonly Pick<LedgerRepository, 'id' | 'name' | 'problem' | 'syncedAt'>[]>;
  /** Moves the watermark if it still is `from`; false if somebody else has moved it. */
  moveWatermark(move: { readonly id: string; readonly from: string | null; readonly to: string }): Promise<boolean>;
}

/** What storing an issue did: `changed` for anything but its state. */
export interface StoredIssue {
  readonly number: number;
  readonly change: 'added' | 'changed' | 'closed' | 'reopened' | 'none';
}

/** What the ledger knows of an issue. */
export interface LedgerIssue extends ListedIssue {
  readonly repositoryId: string;
  /** `owner/repo` as GitHub shows it now. */
  readonly repository: string;
  readonly gone: Gone | null;
  /** Null if it never had a workflow. */
  readonly progress: ProgressLine | null;
}

/** Where an issue's workflow stood when it last told, as columns of their own: a list of thousands reads no more. */
export interface ProgressLine {
  readonly phase: Phase;
  readonly planState: PlanState;
  readonly implementationState: ImplementationState;
  readonly waitsFor: WaitsFor;
  readonly paused: boolean;
  /** True if the change as it is has a verdict. */
  readonly reviewed: boolean;
  readonly outcome: IssueOutcome | null;
  readonly pullRequest: number | null;
  readonly agent: string | null;
  readonly costUsd: number;
  /** Of the newest failure that still stands, whichever track it is of. */
  readonly failure: string | null;
  readonly workflowId: string;
  readonly at: string;
}

export interface IssueFilter {
  /** Node ids; all if absent. */
  readonly repositoryIds?: readonly string[];
  /** Also of these, whose node ids the caller does not know. Not without `repositoryIds`. */
  readonly repositoryNames?: readonly string[];
  /** Default: open. */
  readonly state?: 'open' | 'closed' | 'all';
  readonly limit?: number;
}

export interface IssueLedger {
  /**
   * Stores what a listing shows, and says what that changed. What a newer listing stored stays; one that was gone is
   * there again. One transaction.
   */
  store(repositoryId: string, issues: readonly SyncedIssue[]): Promise<readonly StoredIssue[]>;
  /**
   * Stores what a workflow tells, with its plans, runs and audit. An older record changes no state. One transaction.
   *
   * @returns false if what the workflow told before is not here
   */
  record(record: IssueRecord): Promise<boolean>;
  list(filter?: IssueFilter): Promise<readonly LedgerIssue[]>;
  find(issue: IssueAddress): Promise<LedgerIssue | null>;
  /** All that its workflow last told; null if it never had one. */
  progress(issue: IssueAddress): Promise<RecordedProgress | null>;
  /** The text as the newest listing showed it; null if the issue is unknown. */
  body(issue: IssueAddress): Promise<string | null>;
  /** Numbers and node ids of all issues that are not gone. */
  known(repositoryId: string): Promise<readonly { readonly number: number; readonly id: string }[]>;
  markGone(repositoryId: string, number: number, gone: Gone): Promise<void>;
  plans(issue: IssueAddress): Promise<readonly PlanVersion[]>;
  /** What an earlier workflow left; null if there was none. */
  recall(issue: IssueIdentity): Promise<IssueMemory | null>;
}

export interface LedgerRun extends Numbered<RunRecord> {
  readonly repository: string;
  readonly number: number;
  /** Of the change that stood when the run was the newest that implemented; null if it left none. */
  readonly filesModified: number | null;
  /** Whether that change passed its validation; null if it was not validated. */
  readonly testsPassed: boolean | null;
}

export interface SpendLine {
  /** What the line is about, such as an agent's name. */
  readonly key: string;
  readonly runs: number;
  readonly failed: number;
  readonly costUsd: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
}

/** What became of an agent's runs in one phase. */
export interface AgentStatistics {
  readonly agent: string;
  readonly phase: AgentPhase;
  readonly runs: number;
  readonly ok: number;
  readonly failed: number;
  /** Stopped by a person or the workflow. */
  readonly cancelled: number;
  /** Of all runs together. */
  readonly attempts: number;
  readonly costUsd: number;
  /** Of one run, all its attempts; null where none says it. */
  readonly medianMs: number | null;
  readonly longestMs: number | null;
}

export interface StatisticsFilter {
  /** By name. */
  readonly repository?: string;
  /** ISO 8601. */
  readonly since?: string;
}

export interface RunLedger {
  /** Newest first. */
  list(filter?: {
    readonly issue?: IssueAddress;
    readonly since?: string;
    readonly limit?: number;
  }): Promise<readonly LedgerRun[]>;
  /** By agent and phase. */
  statistics(filter?: StatisticsFilter): Promise<readonly AgentStatistics[]>;
  /** Dearest first. */
  spend(by: 'agent' | 'model' | 'phase' | 'issue' | 'repository', since?: string): Promise<readonly SpendLine[]>;
}

/** What one run of an agent has spent so far. */
export interface RunSpending {
  /** Names the run, over all its attempts. */
  readonly key: string;
  readonly issue: IssueIdentity;
  readonly startedAt: string;
  readonly costUsd: number;
  readonly since: SpendingSince;
}

/** US dollars that all other runs have spent. */
export interface OthersSpending {
  readonly issueUsd: number;
  readonly repositoryUsd: number;
  readonly dayUsd: number;
}

export interface SpendingLedger {
  /**
   * Books a run's spending, also while it runs; never takes any of it back. Says what is booked of it now, which is more
   * where an earlier attempt died with its figures, and what all others spent.
   */
  book(run: RunSpending): Promise<OthersSpending & { readonly ownUsd: number }>;
  /** What was spent on an issue, on its repository and in all. */
  of(issue: IssueIdentity, since: SpendingSince): Promise<OthersSpending>;
}

/** Something that was done, and to what. */
export interface LedgerAuditEntry extends AuditEntry {
  readonly entityType: 'issue' | 'repository' | 'cycle' | 'configuration';
  readonly entityId: string;
}

export interface AuditLedger {
  /** @param key - names the entry however often it is added */
  add(key: string, entry: LedgerAuditEntry): Promise<void>;
  /** Newest first. */
  list(filter?: {
    readonly entityType?: LedgerAuditEntry['entityType'];
    readonly entityId?: string;
    readonly since?: string;
    readonly limit?: number;
  }): Promise<readonly LedgerAuditEntry[]>;
}

/** One work cycle, for its history. */
export interface LedgerCycle {
  /** Workflow id and run id. */
  readonly id: string;
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: 'running' | 'done' | 'failed' | 'cancelled' | 'backed_off';
  /** Counts per phase, and what failed. */
  readonly result: unknown;
}

export interface CycleLedger {
  /** Adds or replaces. */
  record(cycle: LedgerCycle): Promise<void>;
  /** Newest first. */
  list(filter?: { readonly name?: string; readonly limit?: number }): Promise<readonly LedgerCycle[]>;
  /** How many cycles of this name there are. */
  count(name: string): Promise<number>;
}
