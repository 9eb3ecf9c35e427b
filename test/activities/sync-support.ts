import type { Info } from '@temporalio/activity';
import { activity } from '../../src/activities/failures.ts';
import type { RepositoryEntry, SyncDependencies } from '../../src/activities/sync/dependencies.ts';
import { createSyncRepositories } from '../../src/activities/sync/sync-repositories.ts';
import type { RepositorySyncResult, SyncFilter, SyncSelection } from '../../src/domain/selection.ts';
import { createGitHub } from '../../src/github/client.ts';
import type { Ledger, LedgerIssue } from '../../src/ledger/ledger.ts';
import { type Attempt, type Bench, TOKEN, attempt } from './support.ts';

/** A token of its own, with its own rate limit, so that what a test asks for is counted. */
export interface SyncBench {
  readonly ledger: Ledger;
  /** Workflow ids that live. */
  readonly live: Set<string>;
  /** Workflow ids that were told to read their issue, in that order. */
  readonly refreshed: string[];
  /** One attempt. */
  attempt(wish?: SyncWish): Attempt<readonly RepositorySyncResult[]>;
  /** What the first attempt came to, where only one repository is there: its own result. */
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
  readonly deps?: Partial<SyncDependencies>;
  readonly info?: Partial<Info>;
  readonly after?: Attempt<unknown>;
  /** Sees every request to GitHub before it is sent. */
  readonly onRequest?: (operation: string) => void | Promise<void>;
}

export const everything: SyncFilter = {
  since: null,
  state: 'all',
  labels: [],
  notLabels: [],
  assignee: null,
  search: null,
};

export function syncBench(bench: Bench, ledger: Ledger, configured: readonly RepositoryEntry[]): SyncBench {
  const live = new Set<string>();
  const refreshed: string[] = [];
  const start = (wish: SyncWish = {}): Attempt<readonly RepositorySyncResult[]> => {
    const { names = configured.map(({ name }) => name), filter, anew = false, deps, info, after, onRequest } = wish;
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
        refresh: (id) => Promise.resolve(void refreshed.push(id)),
      },
      configured: () => Promise.resolve(configured),
      syncParallelism: 3,
      ...deps,
    });
    const selection: SyncSelection = {
      repositories: names.map((repository) => ({ repository, repositoryId: idOf(configured, repository) })),
      filter: filter === undefined ? null : { ...everything, ...filter },
      anew,
    };
    return attempt(activity(run), [selection], { ...info, ...(after ? { after } : {}) });
  };
  const issues = async (id: string): Promise<readonly LedgerIssue[]> =>
    [...(await ledger.issues.list({ repositoryIds: [id], state: 'all' }))].sort((a, b) => a.number - b.number);
  return {
    ...{ ledger, live, refreshed, issues },
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
