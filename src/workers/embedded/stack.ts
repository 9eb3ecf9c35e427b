import { join } from 'node:path';
import type { Logger } from 'pino';
import { embeddedStackFile, removeEmbeddedStack, writeEmbeddedStack } from '../../client/embedded-stack.ts';
import { namesTemporal, resolveTarget, type TemporalTarget } from '../../client/target.ts';
import type { Config } from '../../config/schema.ts';
import { GhwError } from '../../domain/errors.ts';
import { searchAttributes } from '../../workflows/protocol.ts';
import type { Settings } from '../settings.ts';
import { startWorker, type RunningWorker } from '../worker.ts';
import { findTemporal } from './find-temporal.ts';
import { startTemporalServer, type TemporalServer } from './temporal-server.ts';

export interface StackStart {
  readonly config: Config;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly env: NodeJS.ProcessEnv;
  /** Told, in a sentence for a person, what takes a while. */
  readonly onProgress?: (message: string) => void;
}

/** Temporal and a worker in one process. */
export interface EmbeddedStack {
  readonly target: TemporalTarget;
  readonly worker: RunningWorker;
  /** Settles when the worker or the server has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts all that gh-worker needs on one machine: Temporal with its Web UI and a database file below `data_path`, and a
 * worker. Commands find it by the address file. Where the environment or the configuration names a Temporal, only the
 * worker is started.
 */
export async function startEmbeddedStack(start: StackStart): Promise<EmbeddedStack> {
  const { config, env } = start;
  const isNamed = config.temporal.address !== null || namesTemporal(env);
  const server = isNamed ? undefined : await startServer(start);
  const file = embeddedStackFile(config.data_path);
  const stopServer = async (): Promise<void> => {
    if (!server) return;
    await removeEmbeddedStack(file);
    await server.stop();
  };
  try {
    if (server) {
      const { address, namespace, uiUrl } = server;
      await writeEmbeddedStack(file, { address, namespace, uiUrl, pid: process.pid });
    }
    const target = await resolveTarget({ configured: config.temporal, embeddedFile: file, env });
    const worker = await startWorker({ ...start, target });
    const stop = async (): Promise<void> => {
      await worker.stop().catch(() => undefined);
      await stopServer();
    };
    const ended = server ? Promise.race([worker.ended, serverEnd(server)]) : worker.ended;
    // Whoever waits for it hears of a fault; nobody waiting yet must not end the process.
    ended.catch(() => undefined);
    return { target, worker, ended, stop };
  } catch (error) {
    await stopServer();
    throw error;
  }
}

async function startServer({ config, env, onProgress }: StackStart): Promise<TemporalServer | undefined> {
  const found = await findTemporal({ env, onProgress });
  if (found.kind === 'address') return undefined;
  const directory = join(config.data_path, 'temporal');
  onProgress?.('starting Temporal');
  return startTemporalServer({
    executable: found.path,
    databaseFile: join(directory, 'temporal.db'),
    logFile: join(directory, 'temporal.log'),
    namespace: config.temporal.namespace,
    searchAttributes,
  });
}

async function serverEnd(server: TemporalServer): Promise<void> {
  const code = await server.exited;
  throw new GhwError('TemporalUnreachable', `Temporal ended with exit code ${code}.`, {
    hint: 'Its log, temporal/temporal.log below data_path, says why. `ghw up` goes on where it was.',
  });
}
