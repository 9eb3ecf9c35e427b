import { checksToCount, hasCheckNews } from '../../domain/discovery/checks.ts';
import type { RepositoryProblem } from '../../domain/discovery/cycle.ts';
import { endedNews } from '../../domain/discovery/ended.ts';
import { GhwError } from '../../domain/errors.ts';
import type { KnownPullRequest } from '../../domain/pull-request/known.ts';
import type { ObservedPullRequest, RepositoryReading } from '../../domain/pull-request/observed.ts';
import type { Outcome } from '../../github/discovery/batches.ts';
import type { DiscoveryReader, Listing } from '../../github/discovery/discovery-reader.ts';
import type { DiscoverySource } from '../../github/discovery/source.ts';
import { judgeLists, type ListsVerdict } from './judge-lists.ts';
import { problemOf, throwIfAway } from './problems.ts';

/** Newest ones that a look asks for; enough to see that there is nothing new. */
const FEW = 10;
/** For a repository that is not known yet, or of which so many were not looked at for long. */
const MANY = 50;
/** Time between two such looks. */
const COMPARE_MS = 3_600_000;
/** Pull requests between two writes to the ledger: what is held in memory stays the same however many there are. */
const SLICE = 250;

/** A repository whose turn it is. */
export interface ChunkRepository {
  readonly id: string;
  /** By the configuration or, once it was read, by GitHub. */
  readonly name: string;
  /** Those that are open. */
  readonly known: readonly KnownPullRequest[];
  /** ISO 8601, by our clock: the last look that saw all of it; null if none did. */
  readonly lastWholeLookAt: string | null;
}

/** What the lists of one repository came to. */
interface Judged extends ListsVerdict {
  readonly repository: ChunkRepository;
  readonly listing: Listing;
}

export interface ChunkResult {
  readonly problems: readonly RepositoryProblem[];
  readonly unchanged: number;
  readonly failed: number;
  readonly open: number;
  readonly read: number;
  readonly counted: number;
  readonly ended: number;
}

export interface ChunkSteps {
  readonly reader: DiscoveryReader;
  readonly source: Pick<DiscoverySource, 'checksLookedAt' | 'compared' | 'unread'>;
  /** Writes readings into the ledger. */
  readonly keep: (readings: readonly RepositoryReading[]) => Promise<void>;
  /** What the ledger knows of pull requests, open or not. */
  readonly knownOf: (ids: readonly string[]) => Promise<readonly KnownPullRequest[]>;
  readonly throwIfCancelled: () => void;
  readonly now: () => number;
}

/** Pull requests that one request counts the checks of. */
const PER_REQUEST = 25;

/** Reads some repositories: what is open, what is new of it, and the checks that are waited for. */
export async function readChunk(repositories: readonly ChunkRepository[], steps: ChunkSteps): Promise<ChunkResult> {
  return new Chunk(repositories, steps).read();
}

class Chunk {
  readonly #repositories: readonly ChunkRepository[];
  readonly #steps: ChunkSteps;
  readonly #problems: RepositoryProblem[] = [];
  /** By node id of the repository: why it was not read, or not wholly. */
  readonly #troubles = new Map<string, NonNullable<RepositoryReading['problem']>>();
  #read = 0;

  constructor(repositories: readonly ChunkRepository[], steps: ChunkSteps) {
    this.#repositories = repositories;
    this.#steps = steps;
  }

  async read(): Promise<ChunkResult> {
    const listings = await this.#list();
    const judged: Judged[] = [];
    for (const [repository, listing] of listings) {
      const one = await this.#judge(repository, listing);
      if (one !== null) judged.push(one);
    }
    const live = judged.filter(({ listing }) => !listing.isArchived);
    const ended = await this.#endedNews(live);
    const news = new Map(
      live.flatMap((one) => {
        const over = new Set([...one.vanished, ...(ended.get(one) ?? [])]);
        return [...one.news, ...over].map((id) => [id, one] as const);
      }),
    );
    for (const one of live) {
      for (const [id, home] of this.#steps.source.unread) if (home === one.repository.id) news.set(id, one);
    }
    const counted = await this.#count(live, news);
    await this.#readAll(news);
    await this.#keepLookedAt(judged);
    return {
      problems: this.#problems,
      unchanged: judged.filter((one) => ![...news.values()].includes(one) && !this.#isTroubled(one)).length,
      failed: this.#troubles.size,
      open: judged.reduce((sum, { listing }) => sum + listing.openCount, 0),
      read: this.#read,
      counted,
      ended: judged.reduce((sum, one) => sum + new Set([...one.vanished, ...(ended.get(one) ?? [])]).size, 0),
    };
  }

  /** Node ids of those that are over, by home, that the ledger does not have as they are. */
  async #endedNews(judged: readonly Judged[]): Promise<ReadonlyMap<Judged, readonly string[]>> {
    const changed = judged.filter(({ ended }) => ended.length > 0);
    if (changed.length === 0) return new Map();
    const known = await this.#steps.knownOf(changed.flatMap(({ ended }) => ended.map(({ id }) => id)));
    return new Map(changed.map((one) => [one, endedNews(one.ended, { known, since: one.repository.lastWholeLookAt })]));
  }

  #isTroubled({ repository }: Judged): boolean {
    return this.#troubles.has(repository.id);
  }

  async #list(): Promise<(readonly [ChunkRepository, Listing])[]> {
    const { compared } = this.#steps.source;
    const isLongAgo = (at = 0): boolean => this.#steps.now() - at > COMPARE_MS;
    const outcomes = await this.#steps.reader.list(
      this.#repositories.map(({ id, known, name }) => ({
        id,
        nameWithOwner: name,
        // More are compared once in a while, for no more requests: what was missed is found.
        size: known.length === 0 || (known.length > FEW && isLongAgo(compared.get(id))) ? MANY : FEW,
      })),
    );
    throwIfAway(outcomes);
    return outcomes.flatMap((outcome, index) => {
      const repository = this.#repositories[index]!;
      if ('answer' in outcome) return [[repository, outcome.answer] as const];
      this.#fail(repository, outcome);
      return [];
    });
  }

  #fail(repository: ChunkRepository, failure: { readonly error: GhwError; readonly alone: boolean }): void {
    const { hint, message: what } = failure.error;
    const message = hint === undefined ? what : `${what} ${hint}`;
    const kind = problemOf(failure);
    if (!this.#troubles.has(repository.id)) this.#problems.push({ repository: repository.name, kind, message });
    this.#troubles.set(repository.id, { kind, message });
  }

  /** Null for a repository whose list could not be read far enough to tell. */
  async #judge(repository: ChunkRepository, listing: Listing): Promise<Judged | null> {
    const name = listing.nameWithOwner;
    if (name !== repository.name) {
      const message = `It was called ${repository.name} before.`;
      this.#problems.push({ repository: name, kind: 'renamed', message });
    }
    if (listing.isArchived) {
      const message = 'It is archived on GitHub: nothing of it changes any more.';
      this.#problems.push({ repository: name, kind: 'archived', message });
      return { repository, listing, news: [], vanished: [], ended: [], listed: 0 };
    }
    try {
      const verdict = await judgeLists(repository, listing, this.#steps);
      return { repository, listing, ...verdict };
    } catch (error) {
      if (!(error instanceof GhwError) || error.name === 'GitHubUnauthorized') throw error;
      this.#fail(repository, { error, alone: true });
      return null;
    }
  }

  /** Adds to `news` the pull requests whose checks have moved. @returns how many were asked about */
  async #count(judged: readonly Judged[], news: Map<string, Judged>): Promise<number> {
    const { checksLookedAt } = this.#steps.source;
    const homes = new Map(
      judged.flatMap((one) => one.repository.known.map((pull) => [pull.id, { one, pull }] as const)),
    );
    const resting = [...homes.values()].flatMap(({ pull }) => (news.has(pull.id) ? [] : [pull]));
    const options = { lookedAt: checksLookedAt, now: this.#steps.now(), perRequest: PER_REQUEST };
    const ids = checksToCount(resting, options);
    const outcomes = await this.#steps.reader.count(ids);
    for (const [index, outcome] of outcomes.entries()) {
      const id = ids[index] ?? '';
      const home = homes.get(id);
      if (home === undefined) continue;
      if (!('answer' in outcome)) {
        this.#fail(home.one.repository, outcome);
        continue;
      }
      checksLookedAt.set(id, this.#steps.now());
      if (outcome.answer === null || hasCheckNews(home.pull, outcome.answer)) news.set(id, home.one);
    }
    return ids.length;
  }

  /**
   * Reads what is new in slices, the oldest first, so that being stopped leaves nothing unread behind what is kept. While
   * one is written into the ledger, the next is read.
   */
  async #readAll(news: ReadonlyMap<string, Judged>): Promise<void> {
    const ids = [...news.keys()];
    let keeping: Promise<void> = Promise.resolve();
    try {
      for (let from = 0; from < ids.length; from += SLICE) {
        this.#steps.throwIfCancelled();
        const slice = ids.slice(from, from + SLICE);
        const outcomes = await this.#steps.reader.read(slice);
        await keeping;
        keeping = this.#steps.keep(this.#readingsOf(slice, outcomes, news));
        // Its failure is met where it is waited for.
        keeping.catch(() => undefined);
      }
    } finally {
      await keeping;
    }
  }

  #readingsOf(
    ids: readonly string[],
    outcomes: readonly Outcome<ObservedPullRequest | null>[],
    news: ReadonlyMap<string, Judged>,
  ): readonly RepositoryReading[] {
    const readings = new Map<Judged, { pullRequests: ObservedPullRequest[]; gone: string[] }>();
    for (const [index, outcome] of outcomes.entries()) {
      const id = ids[index] ?? '';
      const home = news.get(id);
      if (home === undefined) continue;
      const reading = readings.get(home) ?? { pullRequests: [], gone: [] };
      readings.set(home, reading);
      if ('answer' in outcome) this.#steps.source.unread.delete(id);
      if (!('answer' in outcome)) {
        this.#steps.source.unread.set(id, home.repository.id);
        this.#fail(home.repository, outcome);
      } else if (outcome.answer === null) {
        reading.gone.push(id);
      } else {
        this.#read += 1;
        this.#steps.source.checksLookedAt.set(id, this.#steps.now());
        reading.pullRequests.push(outcome.answer);
      }
    }
    return [...readings].map(([home, reading]) => ({ ...this.#readingOf(home), ...reading }));
  }

  #readingOf({ listing, repository }: Judged): RepositoryReading {
    return {
      repositoryId: repository.id,
      nameWithOwner: listing.nameWithOwner,
      url: listing.url,
      isArchived: listing.isArchived,
      observedAt: listing.observedAt,
      // Said once all has been read: until then the ledger has not all of it.
      isWhole: false,
      pullRequests: [],
      gone: [],
      problem: null,
    };
  }

  /** Tells the ledger of what has no news, too: that it was looked at, its name, and what is wrong with it. */
  async #keepLookedAt(judged: readonly Judged[]): Promise<void> {
    const now = this.#steps.now();
    const seen = new Map(judged.map((one) => [one.repository.id, one]));
    const readings = this.#repositories.map(({ id }): RepositoryReading => {
      const problem = this.#troubles.get(id) ?? null;
      const one = seen.get(id);
      if (one === undefined) return { ...unread(id, new Date(now).toISOString()), problem };
      if (problem === null && one.listed >= Math.min(MANY, one.listing.openCount)) {
        this.#steps.source.compared.set(id, now);
      }
      return { ...this.#readingOf(one), isWhole: problem === null, problem };
    });
    await this.#steps.keep(readings);
  }
}

function unread(repositoryId: string, observedAt: string): RepositoryReading {
  return {
    ...{ repositoryId, observedAt, nameWithOwner: null, url: null, isArchived: false },
    ...{ isWhole: false, pullRequests: [], gone: [], problem: null },
  };
}
