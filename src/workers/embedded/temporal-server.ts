import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { lock } from 'proper-lockfile';
import { isAlive } from '../../client/embedded-stack.ts';
import { GhwError } from '../../domain/errors.ts';
import { freePorts } from './free-port.ts';
import { startGuarded } from './guardian.ts';
import type { GuardedProcess } from './guardian.ts';
import { becomesReady, keepHistories } from './temporal-readiness.ts';
import type { SearchAttributes } from './temporal-readiness.ts';

export interface TemporalServerOptions {
  /** Temporal's CLI, as `findTemporal` gives it. */
  readonly executable: string;
  /** Everything that the server prints goes here, one run after the other. */
  readonly logFile: string;
  /** The file that keeps everything. Without it the server forgets when it ends. */
  readonly databaseFile?: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** Registered in the namespace before the server counts as ready: the table of the workflow protocol. */
  readonly searchAttributes?: SearchAttributes;
}

export interface TemporalServer {
  /** `host:port` of the gRPC service. */
  readonly address: string;
  readonly uiUrl: string;
  readonly namespace: string;
  /** Settles with the exit code when the server has ended, by {@link TemporalServer.stop} or by itself. */
  readonly exited: Promise<number>;
  /** Ends the server and returns when it is gone. */
  stop(): Promise<void>;
}

/** The server picks more ports than the two we choose, and any of them may be taken before it binds. */
const attempts = 4;

/** A server on the same file whose owner has just died ends within its grace. */
const takeOverMs = 12_000;

/** @see https://docs.temporal.io/develop/task-queue-priority-fairness - off by default in this server */
const dynamicConfiguration = {
  'matching.useNewMatcher': 'true',
  'matching.enableFairness': 'true',
  // Priorities hold within a partition; one partition makes them hold for the whole queue.
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
};

/** Half again as many workflows per second as with SQLite's defaults; still safe when the process is killed. */
const sqlitePragmas = ['journal_mode=WAL', 'synchronous=NORMAL'];

/**
 * Starts Temporal's development server on 127.0.0.1 with free ports and returns when it answers. It ends when we do,
 * however we end.
 *
 * @throws {@link GhwError} `NotApplicable` when another server runs on the database file, `TemporalUnreachable` when
 * the server does not start
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  await mkdir(dirname(options.logFile), { recursive: true });
  const { databaseFile } = options;
  if (databaseFile === undefined) return await startWithRetries(options);

  await mkdir(dirname(databaseFile), { recursive: true });
  const release = await lock(databaseFile, { realpath: false, stale: 20_000, retries: 60 });
  try {
    const ownerFile = `${databaseFile}.owner`;
    await refuseSecondServer(ownerFile, databaseFile);
    const server = await startWithRetries(options);
    await writeFile(ownerFile, JSON.stringify({ pid: process.pid, address: server.address } satisfies Owner));
    return {
      ...server,
      async stop() {
        await server.stop();
        await rm(ownerFile, { force: true });
      },
    };
  } finally {
    await release().catch(() => undefined);
  }
}

/** Who runs a server on a database file, written beside it. */
interface Owner {
  readonly pid: number;
  readonly address: string;
}

/** Two servers on one file would each believe that they own it. One whose owner has just died ends by itself. */
async function refuseSecondServer(ownerFile: string, databaseFile: string): Promise<void> {
  const owner = await readOwner(ownerFile);
  if (owner === undefined) return;
  for (const end = Date.now() + takeOverMs; Date.now() < end && !isAlive(owner.pid); await sleep(250)) {
    if (!(await answers(owner.address))) return;
  }
  if (!(await answers(owner.address))) return;
  throw new GhwError('NotApplicable', `A Temporal server on ${databaseFile} runs already, at ${owner.address}.`, {
    hint: `Use that one by setting TEMPORAL_ADDRESS=${owner.address}, or stop process ${String(owner.pid)}.`,
  });
}

async function readOwner(ownerFile: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(ownerFile, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 2000 });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

async function startWithRetries(options: TemporalServerOptions): Promise<TemporalServer> {
  const { namespace = 'default', searchAttributes = {}, logFile } = options;
  for (let attempt = 1; ; attempt += 1) {
    const [port = 0, uiPort = 0] = await freePorts(2);
    const address = `127.0.0.1:${String(port)}`;
    const server = await launch(options, port, uiPort);
    const ready = await becomesReady({ address, namespace, searchAttributes, exited: server.exited });
    if (ready) {
      await keepHistories(address, namespace);
      return { address, uiUrl: `http://127.0.0.1:${String(uiPort)}`, namespace, ...server };
    }
    await server.stop();
    if (attempt === attempts) throw await doesNotStart(logFile);
  }
}

async function launch(options: TemporalServerOptions, port: number, uiPort: number): Promise<GuardedProcess> {
  const { executable, logFile, databaseFile, namespace = 'default', searchAttributes = {} } = options;
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--namespace', namespace, '--log-level', 'warn'],
    ...Object.values(searchAttributes).flatMap(({ name, type }) => [
      '--search-attribute',
      `${name}=${TypedSearchAttributes.toMetadataType(type)}`,
    ]),
    ...Object.entries(dynamicConfiguration).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ...(databaseFile === undefined ? [] : ['--db-filename', databaseFile]),
    ...(databaseFile === undefined ? [] : sqlitePragmas.flatMap((pragma) => ['--sqlite-pragma', pragma])),
  ];
  const log = await open(logFile, 'a');
  try {
    return startGuarded(executable, args, log);
  } finally {
    await log.close();
  }
}

async function doesNotStart(logFile: string): Promise<GhwError> {
  const said = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-5).join('\n');
  return new GhwError('TemporalUnreachable', `The Temporal server does not start. It said at the end:\n${said}`, {
    hint: `Read all of it in ${logFile}.`,
    retryable: false,
  });
}
