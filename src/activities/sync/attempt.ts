import { Context } from '@temporalio/activity';
import { type RepositorySyncResult, type SyncCounts, type SyncProgress, noCounts } from '../../domain/selection.ts';
import type { StoredIssue } from '../../ledger/ledger.ts';

/** How far the listing of a repository got: what was updated before `since` is in the ledger. */
export interface Position {
  readonly since: string | null;
  readonly counts: SyncCounts;
}

/** What an attempt tells of itself, for people and for the attempt after it. */
export interface SyncBeat extends SyncProgress {
  /** By node id. */
  readonly results: Readonly<Record<string, RepositorySyncResult>>;
  readonly positions: Readonly<Record<string, Position>>;
}

/** Well within the silence after which a worker counts as dead. */
const BEAT_MS = 1_000;

/** One attempt at a sync: goes on where the last one got to, tells how far it is, and ends when it is cancelled. */
export class SyncAttempt {
  readonly #results: Map<string, RepositorySyncResult>;
  readonly #positions: Map<string, Position>;
  readonly #reading = new Map<string, string>();
  readonly #context = Context.current();
  /** Repositories. */
  total = 0;

  constructor() {
    const before = this.#context.info.heartbeatDetails as Partial<SyncBeat> | undefined;
    this.#results = new Map(Object.entries(before?.results ?? {}));
    this.#positions = new Map(Object.entries(before?.positions ?? {}));
  }

  /** True if no further attempt follows: what cannot be read now is reported instead of tried again. */
  get isLast(): boolean {
    const { attempt, retryPolicy } = this.#context.info;
    const most = retryPolicy?.maximumAttempts ?? 0;
    return most > 0 && attempt >= most;
  }

  /** @throws CancelledFailure */
  throwIfCancelled(): void {
    this.#context.cancellationSignal.throwIfAborted();
  }

  /** What came of a repository, also in an attempt before this one. */
  result(id: string): RepositorySyncResult | undefined {
    return this.#results.get(id);
  }

  position(id: string): Position {
    return this.#positions.get(id) ?? { since: null, counts: noCounts };
  }

  begin(id: string, nameWithOwner: string): void {
    this.#reading.set(id, nameWithOwner);
  }

  reached(id: string, position: Position): void {
    this.#positions.set(id, position);
    this.beat();
  }

  finish(...results: readonly (readonly [id: string, result: RepositorySyncResult])[]): void {
    for (const [id, result] of results) {
      this.#results.set(id, result);
      this.#positions.delete(id);
      this.#reading.delete(id);
    }
    this.beat();
  }

  beat(): void {
    const results = [...this.#results.values()];
    const counts = [...results.map(({ issues }) => issues), ...[...this.#positions.values()].map((one) => one.counts)];
    this.#context.heartbeat({
      total: this.total,
      finished: results.length,
      read: counts.reduce((sum, { read }) => sum + read, 0),
      repository: [...this.#reading.values()][0] ?? null,
      results: Object.fromEntries(this.#results),
      positions: Object.fromEntries(this.#positions),
    } satisfies SyncBeat);
  }

  /** Shows that the worker lives as long as `work` takes. */
  async alive<Result>(work: () => Promise<Result>): Promise<Result> {
    const beats = setInterval(() => this.beat(), BEAT_MS);
    try {
      return await work();
    } finally {
      clearInterval(beats);
    }
  }
}

/** The counts after another page. */
export function counted(before: SyncCounts, stored: readonly StoredIssue[]): SyncCounts {
  const of = (change: StoredIssue['change']): number => stored.filter((issue) => issue.change === change).length;
  return {
    read: before.read + stored.length,
    added: before.added + of('added'),
    changed: before.changed + of('changed'),
    closed: before.closed + of('closed'),
    reopened: before.reopened + of('reopened'),
    gone: before.gone,
  };
}
