import pLimit from 'p-limit';
import { GhwError } from '../../domain/errors.ts';
import {
  type RepositorySyncResult,
  type SyncCounts,
  type SyncFilter,
  type SyncSelection,
  noCounts,
} from '../../domain/selection.ts';
import type { GitHub, Look, RepositoryAddress } from '../../github/github.ts';
import type { LedgerRepository, RepositorySighting } from '../../ledger/ledger.ts';
import { SyncAttempt } from './attempt.ts';
import type { SyncDependencies } from './dependencies.ts';
import { refreshLive } from './refresh-live.ts';
import { syncNumbers } from './sync-numbers.ts';
import { type SyncParties, type Target, isUnchanged, syncCompletely, syncFiltered } from './sync-repository.ts';
import { type Selected, selectRepositories } from './targets.ts';

/**
 * Reads repositories from GitHub into the ledger: one batched look at all of them, then a listing of those that have news.
 * A repository that fails is named in the result and costs the others nothing. What may pass is tried again by the next
 * attempt, which goes on behind what is finished.
 */
export function createSyncRepositories(
  deps: SyncDependencies,
): (selection: SyncSelection) => Promise<readonly RepositorySyncResult[]> {
  return async (selection) => {
    const attempt = new SyncAttempt();
    return await attempt.alive(() => syncAll(deps, attempt, selection));
  };
}

async function syncAll(
  deps: SyncDependencies,
  attempt: SyncAttempt,
  selection: SyncSelection,
): Promise<readonly RepositorySyncResult[]> {
  const { github, ledger } = deps;
  const filter = await withViewer(github, selection.filter);
  const selected = await selectRepositories(deps, await deps.configured(), selection.repositories);
  attempt.total = selected.length;
  const open = selected.filter((one) => one.id !== null && attempt.result(one.id) === undefined);
  const known = new Map((await ledger.repositories.list()).map((repository) => [repository.id, repository]));
  attempt.throwIfCancelled();
  const isFirst = open.length === selected.length;
  const looks = await lookAtAll(
    github,
    open.flatMap(({ id, name }) => (id === null ? [] : [{ id, nameWithOwner: known.get(id)?.nameWithOwner ?? name }])),
    // What earlier attempts have read must not be lost with what the last one cannot.
    (error) => !isFirst && (attempt.isLast || !error.retryable),
  );
  const live = refreshLive(deps);
  const refresh = selection.isRehearsal ? () => Promise.resolve() : live.refresh;
  const parties: SyncParties = { github, ledger, attempt, refresh };
  const run = new Run(parties, { ...selection, filter });
  const limit = pLimit(deps.syncParallelism);
  const looked = selected.map((one) => ({ ...one, known: known.get(one.id ?? ''), look: looks.get(one.id ?? '') }));
  await run.passOver(looked);
  const ends = await Promise.allSettled(looked.map((one) => limit(() => run.sync(one))));
  attempt.throwIfCancelled();
  if (run.passing !== null && !attempt.isLast) throw run.passing;
  await live.settled();
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

/** @param isTheirs - whether a failure of the look is the answer of each that it was for, instead of being thrown */
async function lookAtAll(
  github: GitHub,
  repositories: readonly RepositoryAddress[],
  isTheirs: (error: GhwError) => boolean,
): Promise<ReadonlyMap<string, Look>> {
  try {
    return await github.lookAt(repositories);
  } catch (error) {
    if (!(error instanceof GhwError) || !isTheirs(error)) throw error;
    const at = new Date().toISOString();
    return new Map(repositories.map(({ id }) => [id, { at, seen: error }]));
  }
}

/** `@me` is who GitHub says that the token belongs to. */
async function withViewer(github: GitHub, filter: SyncFilter | null): Promise<SyncFilter | null> {
  if (filter?.assignee !== '@me') return filter;
  return { ...filter, assignee: (await github.viewer()).login };
}

const everything: SyncFilter = { since: null, state: 'all', labels: [], notLabels: [], assignee: null, search: null };

/** A selected repository, what the ledger knows of it, and what GitHub shows of it. */
type Looked = Selected & { readonly known: LedgerRepository | undefined; readonly look: Look | undefined };

type SyncWish = Omit<SyncSelection, 'repositories'>;

/** The repositories of one attempt. */
class Run {
  readonly #parties: SyncParties;
  readonly #wish: SyncWish;
  /** A failure that another attempt may not meet. */
  passing: GhwError | null = null;

  constructor(parties: SyncParties, wish: SyncWish) {
    this.#parties = parties;
    this.#wish = wish;
  }

  /** Finishes those without news, which are most, all at once. Where that fails, each is left to {@link sync}. */
  async passOver(all: readonly Looked[]): Promise<void> {
    const { attempt, ledger } = this.#parties;
    if (this.#wish.anew) return;
    const targets = all.flatMap(({ id, known, look }): Target[] => {
      if (known === undefined || look === undefined || look.seen instanceof GhwError) return [];
      const target = { known, glance: look.seen, at: look.at };
      return attempt.result(id ?? '') === undefined && isUnchanged(target) ? [target] : [];
    });
    try {
      await ledger.repositories.observe(targets.map(sightingOf));
    } catch (error) {
      if (error instanceof GhwError) return;
      throw error;
    }
    attempt.finish(...targets.map((target) => [target.known.id, this.#unchanged(target)] as const));
  }

  async sync({ id, name, problem, known, look }: Looked): Promise<RepositorySyncResult> {
    const { attempt, ledger } = this.#parties;
    if (id === null) {
      this.#notePassing(problem);
      return failed(name, problem);
    }
    const before = attempt.result(id);
    if (before !== undefined) return before;
    if (known === undefined || look === undefined) throw new Error(`${name} was selected and is not there.`);
    // GitHub said no to all of us: whoever asks on only makes it longer.
    if (this.passing?.name === 'GitHubRateLimited') return failed(name, this.passing);
    try {
      attempt.throwIfCancelled();
      if (look.seen instanceof GhwError) throw look.seen;
      const target = { known, glance: look.seen, at: look.at };
      const result = await this.#read(target);
      await ledger.repositories.observe([sightingOf(target)]);
      attempt.finish([id, result]);
      return result;
    } catch (error) {
      if (!(error instanceof GhwError)) throw error;
      return await this.#fail({ id, name: known.nameWithOwner, at: look.at }, error);
    }
  }

  async #read(target: Target): Promise<RepositorySyncResult> {
    const { known, glance } = target;
    const { filter, anew, numbers = null, isRehearsal = false } = this.#wish;
    const of = (outcome: RepositorySyncResult['outcome'], issues: SyncCounts): RepositorySyncResult =>
      succeeded(target, outcome, issues);
    if (!anew && isUnchanged(target)) return this.#unchanged(target);
    this.#parties.attempt.begin(known.id, glance.nameWithOwner);
    const some = numbers && (await syncNumbers(this.#parties, target, { numbers, filter }));
    if (some) return of('filtered', some);
    if (isRehearsal) return of('filtered', await this.#rehearse(target));
    return filter === null
      ? of('complete', await syncCompletely(this.#parties, target, anew))
      : of('filtered', await syncFiltered(this.#parties, target, filter));
  }

  #unchanged(target: Target): RepositorySyncResult {
    return succeeded(target, 'unchanged', this.#parties.attempt.position(target.known.id).counts);
  }

  /** Nobody is told: so the watermark stays for the sync that tells. */
  async #rehearse(target: Target): Promise<SyncCounts> {
    const { watermark: since } = target.known;
    const filter = this.#wish.filter ?? { ...everything, since };
    return await syncFiltered(this.#parties, target, filter);
  }

  #notePassing(error: GhwError): void {
    if (error.retryable && (this.passing === null || error.name === 'GitHubRateLimited')) this.passing = error;
  }

  async #fail(
    { id, name, at }: { readonly id: string; readonly name: string; readonly at: string },
    error: GhwError,
  ): Promise<RepositorySyncResult> {
    const { attempt, ledger } = this.#parties;
    this.#notePassing(error);
    const result = failed(name, error, attempt.position(id).counts);
    if (error.retryable && !attempt.isLast) return result;
    if (!error.name.startsWith('Ledger')) await ledger.repositories.observe([{ id, problem: error.message, at }]);
    attempt.finish([id, result]);
    return result;
  }
}

function sightingOf({ at, glance, known }: Target): RepositorySighting {
  const { isArchived: archived, nameWithOwner } = glance;
  return { id: known.id, nameWithOwner, archived, problem: null, at };
}

function succeeded(
  { glance, known }: Target,
  outcome: RepositorySyncResult['outcome'],
  issues: SyncCounts,
): RepositorySyncResult {
  return {
    repository: glance.nameWithOwner,
    renamedFrom: glance.nameWithOwner === known.nameWithOwner ? null : known.nameWithOwner,
    archived: glance.isArchived,
    outcome,
    issues,
    failure: null,
  };
}

function failed(repository: string, error: GhwError, issues = noCounts): RepositorySyncResult {
  const message = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  return {
    repository,
    renamedFrom: null,
    archived: false,
    outcome: 'failed',
    issues,
    failure: { name: error.name, message },
  };
}
