import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { PushHook } from './git/push.ts';
import { githubSchema } from './graphql/schema.ts';
import { Clock } from './model/clock.ts';
import { Hub } from './model/hub.ts';
import { StateFile } from './model/persistence.ts';
import { followRefs } from './model/pull-requests.ts';
import type { RepositoryRecord } from './model/records.ts';
import { Store } from './model/store.ts';
import type { ProcessingLimit, Trouble } from './model/trouble.ts';
import { Seed } from './seed/seed.ts';
import { Faults, type Fault, type FaultOptions } from './server/faults.ts';
import { createGitHubServer } from './server/http.ts';
import { RateLimiter, type RateResource, type SecondaryLimits } from './server/rate-limit.ts';
import { RequestLog, type RequestEntry } from './server/request-log.ts';
import { RepositoryView } from './views.ts';

export interface LocalGitHubOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Where state and repositories are kept. Default: a temporary folder that goes when the server stops. */
  readonly dataDirectory?: string;
  /** Points per login and hour. Default 5,000. */
  readonly rateLimit?: number;
  /** Default none. */
  readonly secondaryLimits?: SecondaryLimits;
}

/** A GitHub on this machine: GraphQL, the few REST routes, a git remote, and pages for people. */
export interface LocalGitHub {
  /** `http://127.0.0.1:<port>`: the base for pages, REST and, with `/owner/name.git`, git. */
  readonly url: string;
  readonly graphqlUrl: string;
  /** The address before which `/owner/name.git` stands. */
  readonly gitUrl: string;
  readonly seed: Seed;
  /** Moves the server's time forward. */
  readonly clock: Pick<Clock, 'advance' | 'now'>;
  /** What was asked since the start or the last `resetRequests()`. */
  readonly requests: readonly RequestEntry[];
  resetRequests(): void;
  /** Makes requests fail; see {@link FaultOptions}. */
  fault(options: FaultOptions): Fault;
  /** Removes all faults, troubles and limits of processing, and the latency. */
  clearFaults(): void;
  /** Makes one repository (`owner/name`) be in trouble, for whoever asks for it or for anything in it; null ends it. */
  trouble(repository: string, trouble: Trouble | null): void;
  /** What one request may ask for before GitHub ends it; null for no limit. */
  setProcessingLimit(limit: ProcessingLimit | null): void;
  /** Delays every request. */
  setLatency(milliseconds: number): void;
  /** GraphQL and REST (`core`) have a budget each. */
  setRateLimit(
    login: string,
    window: { readonly limit?: number; readonly remaining?: number; readonly resource?: RateResource },
  ): void;
  setSecondaryLimits(limits: SecondaryLimits): void;
  /** Asks `hook` about each push before it is accepted; the returned function removes it. */
  onPush(hook: PushHook): () => void;
  hasRepository(nameWithOwner: string): boolean;
  /** @throws Error if there is no such repository. */
  repository(nameWithOwner: string): RepositoryView;
  /** Ends all connections, writes the state. */
  stop(): Promise<void>;
}

export async function startLocalGitHub(options: LocalGitHubOptions = {}): Promise<LocalGitHub> {
  const isTemporary = options.dataDirectory === undefined;
  const dataDirectory = resolve(options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'local-github-')));
  mkdirSync(dataDirectory, { recursive: true });
  const clock = new Clock();
  const store: Store = new Store(clock, () => stateFile?.changed());
  const stateFile = isTemporary ? null : new StateFile(join(dataDirectory, 'state.json'), () => store.snapshot());
  const kept = stateFile?.load() ?? null;
  if (kept !== null) store.restore(kept);

  const hub = new Hub(store, dataDirectory);
  const faults = new Faults();
  const limiter = new RateLimiter(clock, options.rateLimit);
  limiter.secondary = options.secondaryLimits ?? {};
  const log = new RequestLog();
  const pushHooks = new Set<PushHook>();
  const persist = () => stateFile?.flush() ?? Promise.resolve();

  githubSchema();
  const server = createGitHubServer({ hub, faults, limiter, log, pushHooks, persist });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  hub.baseUrl = url;
  // A server that was killed may have accepted a push and not yet drawn the consequences.
  if (kept !== null) for (const repository of store.all('Repository')) await followRefs(hub, repository, null);

  return {
    url,
    graphqlUrl: `${url}/graphql`,
    gitUrl: url,
    seed: new Seed(hub),
    clock,
    requests: log.entries,
    resetRequests: () => log.reset(),
    fault: (fault) => faults.add(fault),
    clearFaults: () => {
      faults.clear();
      hub.troubles.clear();
      hub.processingLimit = null;
    },
    trouble: (nameWithOwner, trouble) => {
      const { id } = named(store, nameWithOwner);
      if (trouble === null) hub.troubles.delete(id);
      else hub.troubles.set(id, trouble);
    },
    setProcessingLimit: (limit) => {
      hub.processingLimit = limit;
    },
    setLatency: (milliseconds) => {
      faults.latencyMs = milliseconds;
    },
    setRateLimit: (login, { resource = 'graphql', ...window }) => limiter.set(login, resource, window),
    setSecondaryLimits: (limits) => {
      limiter.secondary = limits;
    },
    onPush: (hook) => {
      pushHooks.add(hook);
      return () => pushHooks.delete(hook);
    },
    hasRepository: (nameWithOwner) => store.repository(nameWithOwner) !== undefined,
    repository: (nameWithOwner) => new RepositoryView(hub, named(store, nameWithOwner)),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await persist();
      if (isTemporary) await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function named(store: Store, nameWithOwner: string): RepositoryRecord {
  const record = store.repository(nameWithOwner);
  if (record === undefined) throw new Error(`The local GitHub has no repository ${nameWithOwner}.`);
  return record;
}
