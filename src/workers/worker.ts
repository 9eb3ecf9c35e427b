import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker, type NativeConnectionOptions, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createAgentActivities, createMainActivities } from '../activities/index.ts';
import { createDiscoveryActivities } from '../activities/discovery/index.ts';
import { createPullRequestActivities } from '../activities/pull-request/index.ts';
import { connectTemporal, type TemporalClient } from '../client/connection.ts';
import { embeddedStackFile } from '../client/embedded-stack.ts';
import { IssueClient } from '../client/issues.ts';
import { resolveLedgerUrl } from '../client/ledger-url.ts';
import { ensureSearchAttributes } from '../client/search-attributes.ts';
import type { TemporalTarget } from '../client/target.ts';
import type { Config } from '../config/schema.ts';
import { openDatabase, type LedgerDatabase } from '../ledger/database.ts';
import { agentTaskQueue } from '../workflows/protocol.ts';
import { createDependencies } from './dependencies.ts';
import { mirrorRepositories } from './mirror-repositories.ts';
import { scheduleDiscovery } from './schedule-discovery.ts';
import type { Settings } from './settings.ts';
import { startTogether } from './start-together.ts';

export interface WorkerStart {
  readonly config: Config;
  readonly settings: Settings;
  readonly target: TemporalTarget;
  readonly logger: Logger;
  readonly env: NodeJS.ProcessEnv;
  /** Path of the pre-built workflow bundle; default: the one that the build put beside the code. */
  readonly workflowBundlePath?: string;
  /** Runs workflows on the main thread: starts faster, and a debugger reaches them. Not for production. */
  readonly debugMode?: boolean;
}

/** A worker that polls. */
export interface RunningWorker {
  readonly taskQueues: readonly string[];
  /** Settles when the worker has ended; rejects if it ended because of a fault. */
  readonly ended: Promise<void>;
  /** Takes nothing new, lets agents save their work, and ends. */
  stop(): Promise<void>;
}

/** Each takes half a megabyte; one that was put away is read again from its history, which is short. */
const MAX_CACHED_WORKFLOWS = 64;
/** How long running activities have to end by themselves after a stop, before they are told to save and go. */
const GRACE = '1s';
/** How long they then have. An agent gets ten seconds to end; saving its work takes a few more. */
const FORCE = '45s';

/** Cancellation and pause are felt within this time, and whoever watches an agent sees it this much later. */
const HEARTBEAT_THROTTLE = '1s';

/**
 * Starts polling: one queue for workflows and short steps, one for each kind of agent work.
 *
 * @throws GhwError `TemporalUnreachable`, `LedgerUnreachable`, `LedgerFailed`
 */
export async function startWorker(start: WorkerStart): Promise<RunningWorker> {
  const [temporal, database] = await startTogether(connectTemporal(start.target), openLedgerOf(start), (opened) =>
    opened.close(),
  );
  let connection: NativeConnection | undefined;
  // What cannot be closed, because of a worker that never ran, goes with the process; the reason why counts.
  const close = async (): Promise<void> =>
    void (await Promise.allSettled([connection?.close(), temporal.close(), database.close()]));
  try {
    connection = await NativeConnection.connect(nativeOptions(start.target));
    const added = await ensureSearchAttributes(temporal);
    if (added.length > 0) start.logger.info({ added }, 'search attributes added');
    return runWorkers(await createWorkers(start, { temporal, connection, database }), close);
  } catch (error) {
    // A connection that is left open keeps a command from ending.
    await close();
    throw error;
  }
}

/** What a worker holds open while it runs. */
interface Connections {
  readonly temporal: TemporalClient;
  readonly connection: NativeConnection;
  readonly database: LedgerDatabase;
}

async function openLedgerOf({ config, env }: WorkerStart): Promise<LedgerDatabase> {
  const embeddedFile = embeddedStackFile(config.data_path);
  return await openDatabase(await resolveLedgerUrl({ configured: config.database.url, embeddedFile, env }));
}

async function createWorkers(
  { config, settings, target, env, ...start }: WorkerStart,
  { temporal, connection, database }: Connections,
): Promise<readonly Worker[]> {
  const taskQueue = config.temporal.task_queue;
  const issues = new IssueClient(temporal, { taskQueue });
  const dependencies = createDependencies(config, settings, { env, issues, database, logger: start.logger });
  await mirrorRepositories(dependencies.main.ledger.repositories, await dependencies.main.configured());
  if (config.discovery.enabled) await scheduleDiscovery(temporal, config, start.logger);
  const common = {
    connection,
    namespace: target.namespace,
    shutdownGraceTime: GRACE,
    shutdownForceTime: FORCE,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    debugMode: start.debugMode ?? false,
  } as const satisfies Partial<WorkerOptions>;
  const types = [...new Set(config.workers.types)];
  return Promise.all([
    Worker.create({
      ...common,
      taskQueue,
      maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
      ...workflowSource(start.workflowBundlePath),
      activities: {
        ...createMainActivities(dependencies.main),
        ...createPullRequestActivities(dependencies.pullRequests.steps),
        ...createDiscoveryActivities(dependencies.discovery),
      },
    }),
    ...types.map((type) =>
      Worker.create({
        ...common,
        taskQueue: agentTaskQueue(type, taskQueue),
        activities: createAgentActivities(dependencies.agent),
        maxConcurrentActivityTaskExecutions: config.workers.max_concurrent_tasks,
      }),
    ),
  ]);
}

function runWorkers(workers: readonly Worker[], close: () => Promise<void>): RunningWorker {
  const shutDown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runs = workers.map((worker) => worker.run());
  const ended = Promise.all(runs)
    .then(() => undefined)
    .finally(async () => {
      // One that failed takes the others with it; the connection can be closed once none of them uses it.
      shutDown();
      await Promise.allSettled(runs);
      await close();
    });
  // Whoever waits for `ended` hears of a fault; nobody waiting must not end the process.
  ended.catch(() => undefined);
  return {
    taskQueues: workers.map(({ options }) => options.taskQueue),
    ended,
    async stop() {
      shutDown();
      await ended;
    },
  };
}

/** The bundle that the build made; from sources, the sources. */
function workflowSource(given: string | undefined): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const built = given ?? fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));
  if (existsSync(built)) return { workflowBundle: { codePath: built } };
  return { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) };
}

/** The two connection types differ in one shade: an API key is fixed here. */
function nativeOptions({ connection: { address, tls, apiKey, metadata } }: TemporalTarget): NativeConnectionOptions {
  return {
    address,
    tls,
    ...(typeof apiKey === 'string' ? { apiKey } : {}),
    ...(metadata ? { metadata } : {}),
  };
}
