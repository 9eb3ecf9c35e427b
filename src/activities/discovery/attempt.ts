import { Context } from '@temporalio/activity';
import {
  type DiscoveryCounts,
  type DiscoveryProgress,
  type RepositoryProblem,
  addCounts,
  nothingYet,
} from '../../domain/discovery/cycle.ts';

/** Problems that are kept by name; the others are counted. */
export const MOST_PROBLEMS = 100;

/** What an attempt tells of itself, for people and for the attempt after it. */
export interface DiscoveryBeat extends DiscoveryProgress {
  /** Node ids of repositories that are done with. */
  readonly done: readonly string[];
  readonly counts: DiscoveryCounts;
  readonly problems: readonly RepositoryProblem[];
  readonly problemCount: number;
  readonly ledgerMs: number;
  readonly startedAt: number;
}

const BEAT_MS = 1_000;

/** One attempt at reading: goes on where the last one got to, tells how far it is, and ends when it is cancelled. */
export class DiscoveryAttempt {
  readonly #context = Context.current();
  readonly #done: Set<string>;
  readonly problems: RepositoryProblem[];
  problemCount: number;
  counts: DiscoveryCounts;
  ledgerMs: number;
  /** When the first attempt began, in milliseconds since 1970. */
  readonly startedAt: number;
  total = 0;
  repository: string | null = null;

  constructor(now: number) {
    const before = this.#context.info.heartbeatDetails as Partial<DiscoveryBeat> | undefined;
    this.#done = new Set(before?.done ?? []);
    this.problems = [...(before?.problems ?? [])];
    this.problemCount = before?.problemCount ?? 0;
    this.counts = before?.counts ?? nothingYet;
    this.ledgerMs = before?.ledgerMs ?? 0;
    this.startedAt = before?.startedAt ?? now;
  }

  /** @throws CancelledFailure */
  throwIfCancelled(): void {
    this.#context.cancellationSignal.throwIfAborted();
  }

  isDone(id: string): boolean {
    return this.#done.has(id);
  }

  /** Takes down what came of some repositories. */
  finish(
    ids: readonly string[],
    { counts, problems }: { readonly counts: DiscoveryCounts; readonly problems: readonly RepositoryProblem[] },
  ): void {
    for (const id of ids) this.#done.add(id);
    this.counts = addCounts(this.counts, counts);
    this.report(problems);
    this.beat();
  }

  report(problems: readonly RepositoryProblem[]): void {
    this.problemCount += problems.length;
    this.problems.push(...problems.slice(0, Math.max(0, MOST_PROBLEMS - this.problems.length)));
  }

  beat(): void {
    this.#context.heartbeat({
      total: this.total,
      finished: this.#done.size,
      pullRequests: this.counts.pullRequests.read,
      requests: this.counts.requests,
      repository: this.repository,
      done: [...this.#done],
      counts: this.counts,
      problems: this.problems,
      problemCount: this.problemCount,
      ledgerMs: this.ledgerMs,
      startedAt: this.startedAt,
    } satisfies DiscoveryBeat);
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
