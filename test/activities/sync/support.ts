import { randomUUID } from 'node:crypto';
import type { Info } from '@temporalio/activity';
import { activity } from '../../../src/activities/failures.ts';
import type { RepositoryEntry, SyncDependencies } from '../../../src/activities/sync/dependencies.ts';
import { createSyncRepositories } from '../../../src/activities/sync/sync-repositories.ts';
import type { RepositorySyncResult, SyncFilter, SyncSelection } from '../../../src/domain/selection.ts';
import { createGitHub } from '../../../src/github/client.ts';
import type { Ledger, LedgerIssue } from '../../../src/ledger/ledger.ts';
import { issueWorkflowId } from '../../../src/workflows/protocol.ts';
import { startLedger } from '../ledger-support.ts';
import { type Attempt, type Bench, IDENTITY, TOKEN, attempt, createBench } from '../support.ts';

/** The sync of configured repositories, attempt by attempt. */
export interface SyncBench {
  readonly ledger: Ledger;
  /** Workflow ids that live. */
  readonly live: Set<string>;
  /** Workflow ids that were told to read their issue, in that order. */
  readonly refreshed: string[];
  /** Workflow ids that were begun anew. */
  readonly begun: string[];
  /** One attempt. */
  attempt(wish?: SyncWish): Attempt<readonly RepositorySyncResult[]>;
  /** What one attempt came to. */
  sync(wish?: SyncWish): Promise<readonly RepositorySyncResult[]>;
  watermark(id: string): Promise<string | null>;
  /** The issues of a repository as the ledger has them, also those that are gone. */
  issues(id: string): Promise<readonly LedgerIssue[]>;
  numbers(id: string): Promise<readonly number[]>;
}

export interface SyncWish {
  /** Default: all that are configured. */
  readonly names?: readonly string[];
  readonly filter?: Partial<SyncFilter>;
  readonly anew?: boolean;
  readonly numbers?: SyncSelection['numbers'];
  readonly isRehearsal?: boolean;
  readonly deps?: Partial<SyncDependencies>;
  readonly info?: Partial<Info>;
  readonly after?: Attempt<unknown>;
  /** Sees every request to GitHub before it is sent. */
  readonly onRequest?: (operation: string) => void | Promise<void>;
}

const everything: SyncFilter = {
  since: null,
  state: 'all',
  labels: [],
  notLabels: [],
  assignee: null,
  search: null,
};

function syncBench(bench: Bench, ledger: Ledger, configured: readonly RepositoryEntry[]): SyncBench {
  const live = new Set<string>();
  const refreshed: string[] = [];
  const begun: string[] = [];
  const start = (wish: SyncWish = {}): Attempt<readonly RepositorySyncResult[]> => {
    const { names = configured.map(({ name }) => name), filter, anew = false, deps, info, after, onRequest } = wish;
    const { numbers = null, isRehearsal = false } = wish;
    const run = createSyncRepositories({
      github: createGitHub({
        baseUrl: bench.hub.url,
        token: () => Promise.resolve(TOKEN),
        timeoutMs: 10_000,
        fetch: async (input, init) => {
          await onRequest?.(operationOf(init));
          return fetch(input, init);
        },
      }),
      ledger,
      live: {
        ids: () => Promise.resolve(live),
        refresh: (id) => {
          refreshed.push(id);
          return Promise.resolve({ seen: Promise.resolve() });
        },
        begin: ({ repository, number }) => Promise.resolve(void begun.push(issueWorkflowId(repository, number))),
      },
      configured: () => Promise.resolve(configured),
      syncParallelism: 3,
      ...deps,
    });
    const selection: SyncSelection = {
      repositories: names.map((repository) => ({ repository, repositoryId: idOf(configured, repository) })),
      filter: filter === undefined ? null : { ...everything, ...filter },
      anew,
      numbers,
      isRehearsal,
    };
    return attempt(activity(run), [selection], { ...info, ...(after ? { after } : {}) });
  };
  const issues = async (id: string): Promise<readonly LedgerIssue[]> =>
    [...(await ledger.issues.list({ repositoryIds: [id], state: 'all' }))].sort((a, b) => a.number - b.number);
  return {
    ...{ ledger, live, refreshed, begun, issues },
    attempt: start,
    sync: (wish) => start(wish).result,
    watermark: async (id) => (await ledger.repositories.find(id))?.watermark ?? null,
    numbers: async (id) => (await issues(id)).filter(({ gone }) => gone === null).map(({ number }) => number),
  };
}

function idOf(configured: readonly RepositoryEntry[], name: string): string | null {
  return configured.find((entry) => entry.name === name)?.id ?? null;
}

function operationOf(init: RequestInit | undefined): string {
  const body = typeof init?.body === 'string' ? init.body : '';
  return /(?:query|mutation) (\w+)/.exec(body)?.[1] ?? 'rest';
}

/** Long before now: what is updated at that time has settled. */
const LONG_AGO = Date.UTC(2026, 0, 1);

/** A time as GitHub writes it. */
export function at(milliseconds: number): string {
  return `${new Date(LONG_AGO + milliseconds).toISOString().slice(0, 19)}Z`;
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

export interface AddedRepository {
  readonly id: string;
  readonly name: string;
  readonly entry: RepositoryEntry;
}

/** A repository that is configured alone. */
export interface SyncedRepository extends AddedRepository, SyncBench {
  /** Adds issues, a second apart, long ago; gives their numbers. */
  add(count: number, more?: { readonly labels?: readonly string[]; readonly assignees?: readonly string[] }): number[];
  /** Requests to GitHub since the last call, by operation. */
  requests(): readonly string[];
}

/** A local GitHub and a real ledger. */
export interface SyncWorld {
  readonly bench: Bench;
  readonly hub: Bench['hub'];
  readonly ledger: Ledger;
  addRepository(more?: { readonly private?: boolean; readonly name?: string }): Promise<AddedRepository>;
  repositoryWith(issues: number): Promise<SyncedRepository>;
  /** Several repositories, configured together. */
  together(entries: readonly RepositoryEntry[]): SyncBench;
  cleanUp(): Promise<void>;
}

export async function startSyncWorld(): Promise<SyncWorld> {
  const bench = await createBench();
  const { ledger, stop } = await startLedger();
  const { hub } = bench;
  const addRepository: SyncWorld['addRepository'] = async (more = {}) => {
    const { id, nameWithOwner: name } = await hub.seed.addRepository({
      ...{ owner: 'Octo', name: more.name ?? `sync-${randomUUID().slice(0, 8)}`, private: more.private ?? false },
      permissions: { [IDENTITY]: 'WRITE' },
    });
    return { id, name, entry: { id, name, priority: 3, active: true } };
  };
  const together: SyncWorld['together'] = (entries) => syncBench(bench, ledger, entries);
  return {
    ...{ bench, hub, ledger, addRepository, together },
    repositoryWith: async (count) => {
      const repository = await addRepository();
      const add = adder(hub, repository.name);
      add(count);
      hub.resetRequests();
      const requests = (): readonly string[] => {
        const names = hub.requests.map(({ operationName, path }) => operationName ?? path);
        hub.resetRequests();
        return names;
      };
      return { ...repository, ...together([repository.entry]), add, requests };
    },
    cleanUp: async () => {
      await stop();
      await bench.cleanUp();
    },
  };
}

function adder(hub: Bench['hub'], repository: string): SyncedRepository['add'] {
  let created = 0;
  return (wanted, { labels = [], assignees = [] } = {}) =>
    Array.from({ length: wanted }, () => {
      created += 1;
      const texts = { title: `Issue ${created}`, body: `Text ${created}` };
      return hub.seed.addIssue(repository, { ...texts, labels, assignees, createdAt: at(created * 1_000) }).number;
    });
}
