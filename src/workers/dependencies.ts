import { join } from 'node:path';
import type { Logger } from 'pino';
import { createDirectoryStore } from '../artifacts/directory-store.ts';
import { createPostgresStore } from '../artifacts/postgres-store.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { AgentDependencies } from '../activities/agent/dependencies.ts';
import type { DiscoveryDependencies } from '../activities/discovery/dependencies.ts';
import type { MainDependencies } from '../activities/index.ts';
import type { AgentRegistry } from '../agents/registry.ts';
import { networkVariables, pickEnvironment } from '../config/pick-environment.ts';
import { findRepository, repositorySettings, resolvePolicy } from '../config/policy.ts';
import { readTemplates } from '../config/read-templates.ts';
import type { Config } from '../config/schema.ts';
import type { IssueClient } from '../client/issues.ts';
import { issueDoor } from '../client/work-door.ts';
import { namedLedger } from '../client/ledger-url.ts';
import { liveIssues } from '../client/live-issues.ts';
import { parseDuration } from '../domain/duration.ts';
import { createBudget } from '../github/budget.ts';
import { createGitHub } from '../github/client.ts';
import { cloneUrl, webUrlOf } from '../github/clone-url.ts';
import { createDiscoverySource } from '../github/discovery/source.ts';
import { tokenSource } from '../github/token.ts';
import type { StreamStore } from '../domain/stream/stream-store.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import { ledgerOf } from '../ledger/open-ledger.ts';
import { projectedLedger } from '../projection/projected-ledger.ts';
import { createProjection } from '../projection/projection.ts';
import { createSandbox } from '../sandbox/create-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { createPublisher } from '../workspace/publisher.ts';
import type { Remote } from '../workspace/workspace.ts';
import { createWorkspaces } from '../workspace/workspaces.ts';
import { keyVariables, registerAgents } from './agents.ts';
import { cageLimits, priceTable } from './cage-settings.ts';
import { cycleSettings, repositoryEntries } from './cycle-settings.ts';
import { discoverySettings } from './discovery-settings.ts';
import { type PullRequestParts, pullRequestParts } from './pull-requests.ts';
import type { Settings } from './settings.ts';

/** Longest wait for one answer of GitHub; it ends a request itself after ten seconds. */
const GITHUB_TIMEOUT_MS = 30_000;

export interface Dependencies {
  readonly main: MainDependencies;
  readonly pullRequests: PullRequestParts;
  readonly discovery: DiscoveryDependencies;
  readonly agent: AgentDependencies;
  readonly agents: AgentRegistry;
}

/**
 * Puts the adapters together as the configuration says. What concerns one repository is read anew for every step;
 * addresses, paths and agents hold until the worker restarts.
 */
export function createDependencies(
  config: Config,
  settings: Settings,
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly issues: IssueClient;
    readonly database: LedgerDatabase;
    readonly logger: Logger;
  },
): Dependencies {
  const { env } = options;
  const webUrl = config.github.web_url ?? webUrlOf(config.github.api_url);
  const token = tokenSource({ env, tokenFile: config.github.token_file, host: new URL(webUrl).host });
  const knownSecrets = async (): Promise<readonly string[]> => {
    const keys = [...keyVariables(config).values()].map((variable) => env[variable] ?? '');
    const values = [await token().catch(() => ''), ...keys];
    return values.filter((value) => value !== '');
  };
  const access = {
    ...{ baseUrl: config.github.api_url, token, timeoutMs: GITHUB_TIMEOUT_MS },
    budget: createBudget({
      pauseBelowPoints: config.discovery.pause_below_points,
      reservePoints: config.discovery.reserve_points,
      mutationGapMs: config.github.change_interval === null ? 0 : parseDuration(config.github.change_interval),
    }),
  };
  const github = createGitHub(access);
  const artifacts = createArtifactStore(config, options);
  const projection = createProjection({
    root: config.issues_path,
    warn: ({ hint, message }) => options.logger.warn({ hint }, message),
  });
  const ledger = projectedLedger(ledgerOf(options.database), { artifacts, projection });
  const agents = registerAgents(config, env);
  const remoteOf = (repository: string): Remote => ({ repository, url: cloneUrl(webUrl, repository) });
  const shared = { artifacts, token, root: config.repository_path };
  const publisher = createPublisher({ ...shared, knownSecrets });
  const hookEnvironment = pickEnvironment(networkVariables, env);
  const pullRequests = pullRequestParts({
    temporal: options.issues.temporal,
    taskQueue: config.temporal.task_queue,
    pullRequests: ledger.pullRequests,
    settings,
    hookEnvironment,
  });
  return {
    agents,
    pullRequests,
    discovery: {
      github,
      ledger,
      discovery: createDiscoverySource(access),
      discoverySettings: async () => discoverySettings(await settings()),
      pullRequestDoor: pullRequests.door,
    },
    main: {
      github,
      artifacts,
      ledger,
      publisher,
      hasCheckpointRef: async ({ repository, repositoryId }) => {
        const now = await settings();
        return repositorySettings(now, configuredName(now, repository, repositoryId)).implement.checkpoint_ref;
      },
      remoteOf,
      policyOf: async ({ name, id }) => {
        const now = await settings();
        return resolvePolicy(now, configuredName(now, name, id));
      },
      live: liveIssues(options.issues.temporal, options.issues.taskQueue),
      configured: async () => repositoryEntries(await settings()),
      syncParallelism: config.sync.parallelism,
      door: issueDoor(options.issues.temporal, config.temporal.task_queue),
      viewer: () => github.viewer(),
      hookEnvironment,
      cycleSettings: async () => cycleSettings(await settings()),
    },
    agent: {
      artifacts,
      streams: forgettingStreams(ledger.streams, settings),
      github,
      agents,
      spending: ledger.spending,
      remoteOf,
      knownSecrets,
      workspaces: createWorkspaces(shared),
      publisher,
      sandbox: lazySandbox(config),
      settingsOf: async (issue) => {
        const now = await settings();
        const { implement, templates, validation } = repositorySettings(
          now,
          configuredName(now, issue.repository, issue.repositoryId),
        );
        return {
          author: { name: implement.commit_author_name, email: implement.commit_author_email },
          commitMessage: implement.commit_message,
          validationCommands: validation.commands,
          readOnlyPaths: now.sandbox.read_only_paths,
          templates: await readTemplates(templates),
          registries: now.sandbox.registries,
          limits: cageLimits(now),
          validationNetwork: now.sandbox.validation_network,
          prices: priceTable(now),
          checkpointMs: parseDuration(implement.checkpoint_interval),
          checkpointRef: implement.checkpoint_ref,
        };
      },
    },
  };
}

/** The end of every run is a time to forget old ones. */
function forgettingStreams(streams: StreamStore, settings: Settings): StreamStore {
  return {
    ...streams,
    async settle(run, outcome) {
      await streams.settle(run, outcome);
      if (outcome === null) return;
      const keepMs = parseDuration((await settings()).transcripts.keep);
      await streams.forget(new Date(Date.now() - keepMs).toISOString());
    },
  };
}

/** A database that somebody named is one that workers on several hosts may share. */
function createArtifactStore(
  { artifacts, data_path, database: { url: configured } }: Config,
  { database, env }: { readonly database: LedgerDatabase; readonly env: NodeJS.ProcessEnv },
): ArtifactStore {
  const isShared =
    artifacts.store === 'auto' ? namedLedger({ configured, env }) !== null : artifacts.store === 'postgres';
  return isShared ? createPostgresStore(database) : createDirectoryStore(join(data_path, 'artifacts'));
}

/** What the configuration knows a repository by: its node id, which survives a rename, else its name. */
function configuredName(config: Config, name: string, id: string | null): string {
  return id !== null && findRepository(config, id) ? id : name;
}

/** Made when the first agent needs it: trying bubblewrap out takes time that a start does not have. */
function lazySandbox(config: Config): () => Promise<Sandbox> {
  let sandbox: Promise<Sandbox> | undefined;
  return () => {
    sandbox ??= createSandbox({ kind: config.sandbox.kind, user: config.sandbox.user ?? undefined }).catch(
      (error: unknown) => {
        sandbox = undefined;
        throw error;
      },
    );
    return sandbox;
  };
}
