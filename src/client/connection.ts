import { once } from 'node:events';
import { connect } from 'node:net';
import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type ConnectionOptions,
} from '@temporalio/client';
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
    let isClosed = false;
    const connection = await Connection.connect({
      ...target.connection,
      connectTimeout: CONNECT_TIMEOUT_MS,
      interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), silentOnce(() => isClosed)],
    });
    const client = new Client({ connection, namespace: target.namespace });
    const close = async (): Promise<void> => {
      isClosed = true;
      await connection.close();
    };
    return { client, connection, namespace: target.namespace, target, close };
  } catch (error) {
    throw new GhwError('TemporalUnreachable', `Temporal does not answer at ${address} (named by ${target.source}).`, {
      hint: 'Start it with `ghw up`, or correct TEMPORAL_ADDRESS or `ghw config set temporal.address host:port`.',
      cause: error,
    });
  }
}

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

/**
 * A call that Temporal refused is tried again after a pause, also where nobody waits for it any more and the connection was
 * closed meanwhile. Such a try leads nowhere; else it would throw out of a timer, and end the process.
 */
function silentOnce(isClosed: () => boolean): Interceptor {
  const nothing = (): void => undefined;
  const silent = { start: nothing, sendMessage: nothing, halfClose: nothing, cancelWithStatus: nothing };
  const begun = new WeakSet();
  return (options, nextCall) => {
    // A first try fails as it should: whoever makes it waits for its answer.
    const isRetry = begun.has(options);
    begun.add(options);
    // Of a call, the interceptor before this one uses no more than these.
    return (isRetry && isClosed() ? silent : nextCall(options)) as ReturnType<Interceptor>;
  };
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
