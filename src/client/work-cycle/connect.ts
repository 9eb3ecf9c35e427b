import { MAIN_TASK_QUEUE } from '../../workflows/protocol.ts';
import { connectTemporal } from '../connection.ts';
import { embeddedStackFile } from '../embedded-stack.ts';
import { resolveTarget } from '../target.ts';
import { type WorkClient, workClient } from './work-client.ts';

export interface ConnectOptions {
  /** `host:port` of a Temporal service. The environment comes before it, as for the commands. */
  readonly address?: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** As `temporal.task_queue` of the configuration says; default `ghw`. */
  readonly taskQueue?: string;
  /** Where `ghw up` keeps its things (`ghw config get data_path`): finds the Temporal that it runs. */
  readonly dataPath?: string;
  /** Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** An open connection, to be closed when it is no longer needed. */
export interface WorkConnection extends WorkClient {
  close(): Promise<void>;
}

/**
 * Connects to the Temporal service that the environment names (`TEMPORAL_ADDRESS`, or a profile), else `address`, else the
 * one that `ghw up` runs below `dataPath`.
 *
 * @throws GhwError `TemporalUnreachable`, `InvalidConfiguration` for a profile that cannot be read
 */
export async function connect(options: ConnectOptions = {}): Promise<WorkConnection> {
  const { address = null, dataPath = '.', env, namespace = 'default', taskQueue = MAIN_TASK_QUEUE } = options;
  const target = await resolveTarget({
    configured: { address, namespace },
    embeddedFile: embeddedStackFile(dataPath),
    ...(env === undefined ? {} : { env }),
  });
  const temporal = await connectTemporal(target);
  return { ...workClient(temporal, taskQueue), close: () => temporal.close() };
}
