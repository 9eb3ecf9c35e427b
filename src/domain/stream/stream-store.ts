import type { AgentPhase } from '../agent-run.ts';
import type { AttemptOutcome, RecordId, RunRecord } from './run-event.ts';

/** One piece of work of an agent, over all its attempts. */
export interface RunStream {
  /** See `runName`. */
  readonly run: string;
  readonly workflowId: string;
  readonly phase: AgentPhase;
  readonly agent: string;
  readonly model: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** A run as the ledger knows it. */
export interface KnownRun extends RunStream {
  readonly touchedAt: string;
  /** Of its newest attempt; null while one runs, and for one that was killed. */
  readonly outcome: AttemptOutcome | null;
  /** Records that are stored. */
  readonly records: number;
  /** Bytes that they take, compressed. */
  readonly bytes: number;
}

/** Consecutive records of one attempt. */
export interface RunChunk {
  readonly run: string;
  readonly records: readonly RunRecord[];
}

/** Records, and where to go on reading. */
export interface ChunkPage {
  readonly records: readonly RunRecord[];
  /** Null once there is no more for now. */
  readonly next: number | null;
  /** The place of the newest chunk that was read, or the one that was asked from. */
  readonly at: number;
}

/**
 * What agents did, readable from every machine that reaches the ledger. Every write may be repeated.
 * Every method throws a `GhwError` named `LedgerUnreachable` (retryable) or `LedgerFailed`.
 */
export interface StreamReader {
  /** Runs of an issue (or another workflow), oldest first. */
  list(workflowId: string): Promise<readonly KnownRun[]>;
  /** Records in the order of their arrival. @param after - 0, or where a page ended */
  arrived(run: string, after: number): Promise<ChunkPage>;
  /** All records in the order of attempt and number, a chunk at a time. */
  ordered(run: string): AsyncIterable<readonly RunRecord[]>;
}

export interface StreamStore extends StreamReader {
  /** Makes the run known. */
  begin(stream: RunStream): Promise<void>;
  /** The last record that is stored of the newest attempt; null if none is. */
  last(run: string): Promise<RecordId | null>;
  /** The last record that is stored of one attempt; 0 if none is. */
  lastOf(run: string, attempt: number): Promise<number>;
  /** Stores consecutive records of one attempt; what is there already stays. */
  append(chunk: RunChunk): Promise<void>;
  /** How the newest attempt went; null while one runs. */
  settle(run: string, outcome: AttemptOutcome | null): Promise<void>;
  /** Forgets runs that have not been heard of since. @returns how many */
  forget(before: string): Promise<number>;
}
