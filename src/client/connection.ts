import { once } from 'node:events';
import { connect } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { GhwError } from '../domain/errors.ts';
import type { TemporalTarget } from './target.ts';

/** A connected client, to be closed by whoever opened it. */
export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  readonly target: TemporalTarget;
  close(): Promise<void>;
}

/** A busy machine takes its time; where nobody listens, that is known at once. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects to Temporal, or says within seconds that it cannot.
 *
 * @throws GhwError `TemporalUnreachable`
 */
export async function connectTemporal(target: TemporalTarget): Promise<TemporalClient> {
  const { address } = target.connection;
  const isLoopback = /^(?:127\.|localhost:|\[::1\])/.test(address);
  try {
    // gRPC would ask again and again where nobody listens.
    if (isLoopback) await knock(address);
    const connection = await Connection.connect({
      ...target.connection,
      connectTimeout: CONNECT_TIMEOUT_MS,
    });
    const client = new Client({ connection, namespace: target.namespace });
    return { client, connection, namespace: target.namespace, target, close: () => connection.close() };
  } catch (error) {
    throw new GhwError('TemporalUnreachable', `Temporal does not answer at ${address} (named by ${target.source}).`, {
      hint: 'Start it with `ghw up`, or correct TEMPORAL_ADDRESS or `ghw config set temporal.address host:port`.',
      cause: error,
    });
  }
}

/** Throws what connecting fails with. */
async function knock(address: string): Promise<void> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
  } finally {
    socket.destroy();
  }
}
