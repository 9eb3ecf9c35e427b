import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { AgentDependencies } from '../../src/activities/agent/dependencies.ts';
import type { RunProgress } from '../../src/activities/agent/progress.ts';
import { createAgentActivities, createMainActivities, type MainDependencies } from '../../src/activities/index.ts';
import type { AgentActivities, MainActivities } from '../../src/activities/types.ts';
import type { CodingAgent } from '../../src/agents/agent.ts';
import { createRegistry } from '../../src/agents/registry.ts';
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts';
import type { ArtifactStore } from '../../src/artifacts/store.ts';
import type { IssueIdentity } from '../../src/domain/issue-state.ts';
import type { Repository } from '../../src/domain/issue.ts';
import { shippedPrices } from '../../src/domain/money/shipped-prices.ts';
import { createGitHub } from '../../src/github/client.ts';
import { cloneUrl } from '../../src/github/clone-url.ts';
import type { GitHub } from '../../src/github/github.ts';
import type { SpendingLedger } from '../../src/ledger/ledger.ts';
import { noLimits } from '../../src/sandbox/limits.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { createPublisher } from '../../src/workspace/publisher.ts';
import type { Publisher, Remote, Workspaces } from '../../src/workspace/workspace.ts';
import { createWorkspaces } from '../../src/workspace/workspaces.ts';
import { aPolicy } from '../domain/builders.ts';
import { startLocalGitHub, type LocalGitHub } from '../peers/github/local-github.ts';
import type { RepositoryView } from '../peers/github/views.ts';
import { memoryStreams } from './memory-streams.ts';

export const IDENTITY = 'ghw-bot';
export const TOKEN = 'test-token-of-the-worker';
export const author = { name: 'gh-worker', email: 'gh-worker@example.com' };

/** A local GitHub, and a place for what the workers keep. */
export interface Bench {
  readonly hub: LocalGitHub;
  readonly directory: string;
  readonly artifacts: ArtifactStore;
  /** Ours; `as` is somebody else's. */
  readonly github: GitHub;
  as(login: string): GitHub;
  /** A repository of its own, on the branch `trunk`, with one issue. */
  place(options?: PlaceOptions): Promise<Place>;
  cleanUp(): Promise<void>;
}

export interface PlaceOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly private?: boolean;
  readonly title?: string;
  readonly body?: string;
}

export interface Place {
  readonly name: string;
  readonly issue: IssueIdentity;
  readonly issueId: string;
  readonly remote: Remote;
  readonly baseOid: string;
  repository(): Promise<Repository>;
  /** As it is on the server now. */
  view(): RepositoryView;
}

export async function createBench(options: { readonly timeoutMs?: number } = {}): Promise<Bench> {
  const hub = await startLocalGitHub();
  const directory = await mkdtemp(join(tmpdir(), 'ghw-activities-'));
  const clientWith = (token: string): GitHub =>
    createGitHub({ baseUrl: hub.url, token: () => Promise.resolve(token), timeoutMs: options.timeoutMs ?? 10_000 });
  hub.seed.addToken({ token: TOKEN, login: IDENTITY });
  const github = clientWith(TOKEN);
  return {
    hub,
    directory,
    artifacts: createDirectoryStore(join(directory, 'artifacts')),
    github,
    as(login) {
      hub.seed.addToken({ token: `token-of-${login}`, login });
      return clientWith(`token-of-${login}`);
    },
    place: (wanted) => addPlace(hub, github, wanted ?? {}),
    async cleanUp() {
      await hub.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function addPlace(hub: LocalGitHub, github: GitHub, options: PlaceOptions): Promise<Place> {
  const { files = { 'README.md': '# hello\n' }, title = 'Greet politely', body = 'Say "good day".' } = options;
  const { id, nameWithOwner: name } = await hub.seed.addRepository({
    owner: 'Octo',
    name: `hello-${randomUUID().slice(0, 8)}`,
    defaultBranch: 'trunk',
    files,
    private: options.private ?? false,
    permissions: { [IDENTITY]: 'WRITE' },
  });
  const { id: issueId, number } = hub.seed.addIssue(name, { title, body, author: 'ana', labels: ['ghw'] });
  const { trunk: baseOid = '' } = await hub.repository(name).branches();
  return {
    name,
    issue: { repository: name, repositoryId: id, number },
    issueId,
    remote: { repository: name, url: cloneUrl(hub.url, name) },
    baseOid,
    repository: () => github.repository(name),
    view: () => hub.repository(name),
  };
}

/** What stands where a test has no such thing. */
function absent<Thing extends object>(what: string): Thing {
  return new Proxy({} as Thing, {
    get: () => {
      throw new Error(`This test has no ${what}.`);
    },
  });
}

/** What brings changes to the remote. */
export function publisherOf({ artifacts, directory }: Pick<Bench, 'artifacts' | 'directory'>): Publisher {
  const root = join(directory, 'main');
  const [token, knownSecrets] = [() => Promise.resolve(TOKEN), () => Promise.resolve([TOKEN])];
  return createPublisher({ artifacts, root, token, knownSecrets });
}

/** The short steps, with real parts but for a ledger and a Temporal server. */
export function mainActivities(bench: Bench, more: Partial<MainDependencies> = {}): MainActivities {
  const { artifacts, github, hub } = bench;
  const activities = createMainActivities({
    github,
    viewer: () => github.viewer(),
    artifacts,
    publisher: publisherOf(bench),
    hasCheckpointRef: () => Promise.resolve(false),
    remoteOf: (repository) => ({ repository, url: cloneUrl(hub.url, repository) }),
    policyOf: () => Promise.resolve(aPolicy()),
    ledger: absent('ledger'),
    live: absent('Temporal server'),
    door: absent('Temporal server'),
    cycleSettings: () => Promise.reject(new Error('This test has no configuration.')),
    hookEnvironment: {},
    configured: () => Promise.resolve([]),
    syncParallelism: 3,
    ...more,
  });
  const inContext = Object.entries(activities).map(([name, run]) => [
    name,
    (input: never) => quietEnvironment().run(run as (input: never) => Promise<unknown>, input),
  ]);
  return Object.fromEntries(inContext) as MainActivities;
}

function quietEnvironment(info: Partial<Info> = {}): MockActivityEnvironment {
  return new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
}

/** A host that runs agents: a root of its own for workspaces, the artifact store shared with the other hosts. */
export interface Host {
  readonly workspaces: Workspaces;
  readonly activities: AgentActivities;
}

export function createHost(
  bench: Pick<Bench, 'artifacts' | 'directory' | 'github'> & { readonly hub: { readonly url: string } },
  options: {
    readonly agent: CodingAgent;
    readonly sandbox: Sandbox;
    readonly root?: string;
    readonly checkpointMs?: number;
    readonly checkpointRef?: boolean;
    readonly validationCommands?: readonly string[] | null;
    readonly dependencies?: Partial<AgentDependencies>;
  },
): Host {
  const { artifacts, directory, github, hub } = bench;
  const root = join(directory, options.root ?? 'host');
  const workspaces = createWorkspaces({ root, artifacts, token: () => Promise.resolve(TOKEN) });
  const publisher = createPublisher({ root, artifacts, token: () => Promise.resolve(TOKEN) });
  const agents = createRegistry();
  agents.register(options.agent);
  const activities = createAgentActivities({
    artifacts,
    streams: memoryStreams(),
    github,
    workspaces,
    publisher,
    agents,
    spending: noSpending,
    remoteOf: (repository) => ({ repository, url: cloneUrl(hub.url, repository) }),
    sandbox: () => Promise.resolve(options.sandbox),
    knownSecrets: () => Promise.resolve([TOKEN]),
    settingsOf: () =>
      Promise.resolve({
        author,
        commitMessage: 'Fix #{number}: {title}',
        validationCommands: options.validationCommands ?? null,
        readOnlyPaths: [],
        templates: {},
        registries: [],
        limits: noLimits,
        validationNetwork: 'none' as const,
        prices: shippedPrices,
        checkpointMs: options.checkpointMs ?? 60_000,
        checkpointRef: options.checkpointRef ?? false,
      }),
    ...options.dependencies,
  });
  return { workspaces, activities };
}

/** A ledger in which nobody else has spent anything. */
export const noSpending: SpendingLedger = {
  book: ({ costUsd }) => Promise.resolve({ ownUsd: costUsd, issueUsd: 0, repositoryUsd: 0, dayUsd: 0 }),
  of: () => Promise.resolve({ issueUsd: 0, repositoryUsd: 0, dayUsd: 0 }),
};

/** One attempt at an activity, as Temporal makes it. */
export interface Attempt<Result> {
  readonly environment: MockActivityEnvironment;
  readonly result: Promise<Result>;
  /** What the next attempt would be told; the newest heartbeat. */
  lastBeat(): RunProgress | undefined;
}

/** Starts an attempt; `after` is the one before, whose last heartbeat it is told. */
export function attempt<Args extends unknown[], Result>(
  run: (...args: Args) => Promise<Result>,
  args: Args,
  info: Partial<Info> & { readonly after?: Attempt<unknown> } = {},
): Attempt<Result> {
  const { after, ...rest } = info;
  const told = after
    ? { attempt: after.environment.context.info.attempt + 1, heartbeatDetails: after.lastBeat() as unknown }
    : {};
  const environment = quietEnvironment({ ...told, ...rest });
  let last: unknown = told.heartbeatDetails;
  environment.on('heartbeat', (details: unknown) => {
    // What Temporal keeps is JSON.
    last = JSON.parse(JSON.stringify(details));
  });
  const result = environment.run<Args, Result, (...args: Args) => Promise<Result>>(run, ...args);
  result.catch(() => undefined);
  return { environment, result, lastBeat: () => last as RunProgress | undefined };
}

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw new Error(`Expected an ApplicationFailure, not ${String(error)}`);
}
