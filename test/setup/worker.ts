import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { testEnvironment } from './environment.ts';

/** A client, and workers, on the shared server. */
export interface TemporalForTest {
  readonly client: Client;
  readonly connection: NativeConnection;
  /** A task queue that no other test polls. */
  readonly taskQueue: string;
  /**
   * A worker for the workflows of `src/workflows` on {@link TemporalForTest.taskQueue}, in debug mode: workflows run on
   * this thread, which starts ten times as fast. Run it with `worker.runUntil(...)`.
   */
  createWorker(options?: Partial<WorkerOptions>): Promise<Worker>;
  close(): Promise<void>;
}

let runtimeInstalled = false;

/** Temporal's own log is for faults only. Before the first worker or connection; again, it does nothing. */
export function installQuietRuntime(): void {
  if (!runtimeInstalled) Runtime.install({ logger: new DefaultLogger('ERROR') });
  runtimeInstalled = true;
}

/** Connects to the shared server; `close` it in `afterAll`. */
export async function connectToTemporal(): Promise<TemporalForTest> {
  const { temporalAddress: address, namespace, workflowBundlePath } = testEnvironment();
  installQuietRuntime();
  const [clientConnection, connection] = await Promise.all([
    Connection.connect({ address }),
    NativeConnection.connect({ address }),
  ]);
  const taskQueue = `test-${randomUUID()}`;
  return {
    client: new Client({ connection: clientConnection, namespace }),
    connection,
    taskQueue,
    createWorker: (options = {}) =>
      Worker.create({
        connection,
        namespace,
        taskQueue,
        workflowBundle: { codePath: workflowBundlePath },
        debugMode: true,
        ...options,
      }),
    async close() {
      await connection.close();
      await clientConnection.close();
    },
  };
}
