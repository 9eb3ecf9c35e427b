import { type DiscoveryRequest, type DiscoveryResult, avoidedShare, nothingYet } from '../../domain/discovery/cycle.ts';
import type { KnownPullRequest } from '../../domain/pull-request/known.ts';
import type { RepositoryReading } from '../../domain/pull-request/observed.ts';
import { type SkipRules, skipNothing } from '../../domain/pull-request/skip.ts';
import type { DiscoveryReader } from '../../github/discovery/discovery-reader.ts';
import { DiscoveryAttempt } from './attempt.ts';
import type { DiscoveryDependencies } from './dependencies.ts';
import { type ChunkRepository, readChunk } from './read-chunk.ts';
import { type DueRepository, selectDue } from './select-due.ts';

/** Repositories between two beats that an attempt after this one goes on behind. */
const CHUNK = 100;

/**
 * Reads what is new of all repositories that are due into the ledger, the most urgent first: in requests for many at a
 * time, a chunk after the other, so that memory does not grow with their number. A repository that cannot be read is named
 * in the result and costs the others nothing; what is kept of it stays true.
 */
export function createDiscoverRepositories(
  deps: DiscoveryDependencies,
): (request: DiscoveryRequest) => Promise<DiscoveryResult> {
  return async (request) => {
    const attempt = new DiscoveryAttempt(Date.now());
    return await attempt.alive(() => new Discovery(deps, attempt).run(request));
  };
}

class Discovery {
  readonly #deps: DiscoveryDependencies;
  readonly #attempt: DiscoveryAttempt;
  #changed = 0;
  #changes: Record<string, number> = {};

  constructor(deps: DiscoveryDependencies, attempt: DiscoveryAttempt) {
    this.#deps = deps;
    this.#attempt = attempt;
  }

  async run(request: DiscoveryRequest): Promise<DiscoveryResult> {
    const settings = await this.#deps.discoverySettings();
    const { due, problems, resting } = await selectDue(this.#deps, settings, request);
    const attempt = this.#attempt;
    attempt.total = due.length;
    if (attempt.counts === nothingYet) {
      attempt.finish([], {
        counts: {
          ...nothingYet,
          repositories: {
            ...nothingYet.repositories,
            total: due.length + problems.length,
            resting,
            failed: problems.length,
          },
        },
        problems,
      });
    }
    const open = due.filter(({ id }) => !attempt.isDone(id));
    for (const chunk of chunksOf(open)) {
      attempt.throwIfCancelled();
      attempt.repository = chunk[0]?.name ?? null;
      await this.#read(chunk, settings.concurrency);
    }
    return this.#result();
  }

  async #read(chunk: readonly DueRepository[], concurrency: number): Promise<void> {
    const { discovery } = this.#deps;
    const attempt = this.#attempt;
    this.#changed = 0;
    this.#changes = {};
    const rules = new Map(chunk.map(({ id, skip }) => [id, skip]));
    const reader = discovery.reader({ concurrency, priority: Math.min(...chunk.map(({ priority }) => priority)) });
    const result = await readChunk(await this.#known(chunk), {
      reader,
      source: discovery,
      knownOf: (ids) => this.#timed(() => this.#deps.ledger.pullRequests.knownOf(ids)),
      keep: (readings) => this.#keep(readings, (id) => rules.get(id) ?? skipNothing),
      throwIfCancelled: () => attempt.throwIfCancelled(),
      now: () => Date.now(),
    });
    attempt.finish(
      chunk.map(({ id }) => id),
      {
        counts: {
          ...spentOf(reader),
          repositories: {
            ...nothingYet.repositories,
            read: chunk.length - result.failed,
            unchanged: result.unchanged,
            failed: result.failed,
          },
          pullRequests: {
            open: result.open,
            read: result.read,
            counted: result.counted,
            changed: this.#changed,
            ended: result.ended,
          },
          changes: this.#changes,
        },
        problems: result.problems,
      },
    );
  }

  async #known(chunk: readonly DueRepository[]): Promise<readonly ChunkRepository[]> {
    const open = await this.#timed(() => this.#deps.ledger.pullRequests.openOf(chunk.map(({ id }) => id)));
    const known = new Map<string, KnownPullRequest[]>(chunk.map(({ id }) => [id, []]));
    for (const pullRequest of open) known.get(pullRequest.repositoryId)?.push(pullRequest);
    return chunk.map(({ id, lastWholeLookAt, name }) => ({ id, name, known: known.get(id) ?? [], lastWholeLookAt }));
  }

  async #keep(readings: readonly RepositoryReading[], rulesOf: (id: string) => SkipRules): Promise<void> {
    const { changed, kinds } = await this.#timed(() => this.#deps.ledger.pullRequests.synchronise(readings, rulesOf));
    this.#changed += changed;
    for (const [kind, count] of Object.entries(kinds)) this.#changes[kind] = (this.#changes[kind] ?? 0) + count;
    this.#attempt.beat();
  }

  async #timed<Result>(work: () => Promise<Result>): Promise<Result> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.#attempt.ledgerMs += Math.round(performance.now() - began);
    }
  }

  #result(): DiscoveryResult {
    const { counts, ledgerMs, problemCount, problems, startedAt } = this.#attempt;
    const { points, stopsUntil } = this.#deps.discovery.budget();
    const total = Date.now() - startedAt;
    const naiveRequests = counts.repositories.read + counts.pullRequests.open;
    return {
      ...counts,
      problems,
      problemCount,
      naiveRequests,
      avoidedShare: avoidedShare(counts.requests, naiveRequests),
      budget: points === null ? null : { remaining: points.remaining, limit: points.limit, resetAt: points.resetAt },
      pausedUntil: stopsUntil,
      durationsMs: { reading: Math.max(0, total - ledgerMs), ledger: ledgerMs, total },
    };
  }
}

function spentOf({ spent }: DiscoveryReader): { readonly requests: number; readonly points: number } {
  return { requests: spent.requests, points: spent.points };
}

function chunksOf(due: readonly DueRepository[]): readonly (readonly DueRepository[])[] {
  const count = Math.ceil(due.length / CHUNK);
  return Array.from({ length: count }, (_, index) => due.slice(index * CHUNK, (index + 1) * CHUNK));
}
