import { join } from 'node:path';
import type { Logger } from 'pino';
import {
  embeddedStackFile,
  removeEmbeddedStack,
  writeEmbeddedStack,
  type EmbeddedStack as StackAddresses,
} from '../../client/embedded-stack.ts';
import { namedLedger } from '../../client/ledger-url.ts';
import { namesTemporal, resolveTarget, type TemporalTarget } from '../../client/target.ts';
import type { Config } from '../../config/schema.ts';
import { GhwError } from '../../domain/errors.ts';
import { searchAttributes } from '../../workflows/protocol.ts';
import type { Settings } from '../settings.ts';
import { startTogether } from '../start-together.ts';
import { startWorker, type RunningWorker } from '../worker.ts';
import { findTemporal } from './find-temporal.ts';
import { startLedgerServer, type LedgerServer } from './ledger-server.ts';
import { startTemporalServer, type TemporalServer } from './temporal-server.ts';

export interface StackStart {
  readonly config: Config;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly env: NodeJS.ProcessEnv;
  /** Told, in a sentence for a person, what takes a while. */
  readonly onProgress?: (message: string) => void;
}

/** Temporal, the ledger and a worker. */
export interface EmbeddedStack {
  readonly target: TemporalTarget;
  readonly worker: RunningWorker;
  /** Settles when the worker or a server has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts all that gh-worker needs on one machine: Temporal with its Web UI, the ledger, both with their data below
 * `data_path`, and a worker. Commands find them by the address file. A Temporal or a database that the environment or
 * the configuration names is used instead.
 */
export async function startEmbeddedStack(start: StackStart): Promise<EmbeddedStack> {
  const { config, env } = start;
  const { temporal, ledger } = await startServers(start);
  const file = embeddedStackFile(config.data_path);
  const stopServers = async (): Promise<void> => {
    if (temporal ?? ledger) await removeEmbeddedStack(file);
    await Promise.all([temporal?.stop(), ledger?.stop()]);
  };
  try {
    if (temporal ?? ledger) await writeEmbeddedStack(file, addressesOf(temporal, ledger));
    const target = await resolveTarget({ configured: config.temporal, embeddedFile: file, env });
    const worker = await startWorker({ ...start, target });
    const stop = async (): Promise<void> => {
      await worker.stop().catch(() => undefined);
      await stopServers();
    };
    const ended = Promise.race([worker.ended, ...serverEnds(temporal, ledger)]);
    // Whoever waits for it hears of a fault; nobody waiting yet must not end the process.
    ended.catch(() => undefined);
    return { target, worker, ended, stop };
  } catch (error) {
    await stopServers();
    throw error;
  }
}

interface Servers {
  readonly temporal: TemporalServer | undefined;
  readonly ledger: LedgerServer | undefined;
}

/** Starts what is not named, at once. If one does not start, the other is ended. */
async function startServers(start: StackStart): Promise<Servers> {
  const { config, env } = start;
  const isTemporalNamed = config.temporal.address !== null || namesTemporal(env);
  const isLedgerNamed = namedLedger({ configured: config.database.url, env }) !== null;
  const [temporal, ledger] = await startTogether(
    isTemporalNamed ? none : startTemporal(start),
    isLedgerNamed ? none : startLedgerServer(join(config.data_path, 'ledger')),
    async (started) => await started?.stop(),
  );
  return { temporal, ledger };
}

const none = Promise.resolve(undefined);

function addressesOf(temporal: TemporalServer | undefined, ledger: LedgerServer | undefined): StackAddresses {
  const { address, namespace, uiUrl } = temporal ?? {};
  return {
    temporal: address && namespace && uiUrl ? { address, namespace, uiUrl } : null,
    ledgerUrl: ledger?.url ?? null,
    pid: process.pid,
  };
}

async function startTemporal({ config, env, onProgress }: StackStart): Promise<TemporalServer | undefined> {
  const found = await findTemporal({ env, onProgress });
  if (found.kind === 'address') return undefined;
  const directory = join(config.data_path, 'temporal');
  onProgress?.('starting Temporal and the ledger');
  return startTemporalServer({
    executable: found.path,
    databaseFile: join(directory, 'temporal.db'),
    logFile: join(directory, 'temporal.log'),
    namespace: config.temporal.namespace,
    searchAttributes,
  });
}

/** Each rejects when its server has ended. */
function serverEnds(temporal: TemporalServer | undefined, ledger: LedgerServer | undefined): readonly Promise<never>[] {
  const goesOn = '`ghw up` goes on where it was.';
  return [
    temporal?.exited.then((code): never => {
      throw new GhwError('TemporalUnreachable', `Temporal ended with exit code ${code}.`, {
        hint: `Its log, temporal/temporal.log below data_path, says why. ${goesOn}`,
      });
    }),
    ledger?.exited.then((code): never => {
      throw new GhwError('LedgerUnreachable', `The embedded ledger ended with exit code ${code}.`, {
        hint: `Its log, ledger/ledger.log below data_path, says why. ${goesOn}`,
      });
    }),
  ].filter((end) => end !== undefined);
}
