import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { defineSearchAttributeKey } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';

/** From the start of the process to an answer; a cold disk and a busy machine included. */
const readyTimeoutMs = 60_000;
const askEveryMs = 50;

/** How long the history of a closed workflow is kept. */
const retentionDays = 90;

/** Search attributes by our own names for them; the key and its type are what the server sees. */
export type SearchAttributes = Readonly<Record<string, ReturnType<typeof defineSearchAttributeKey>>>;

interface Expected {
  readonly address: string;
  readonly namespace: string;
  readonly searchAttributes: SearchAttributes;
  readonly exited: Promise<number>;
}

/**
 * Waits until a server that was just started takes work: its namespace is there, its visibility store answers, and the
 * search attributes are known.
 *
 * @returns false when the server ended instead, or says nothing for a minute
 */
export async function becomesReady(expected: Expected): Promise<boolean> {
  let ended = false;
  const end = expected.exited.then(() => {
    ended = true;
  });
  for (const limit = Date.now() + readyTimeoutMs; !ended && Date.now() < limit;) {
    if (await isReady(expected)) return true;
    await Promise.race([sleep(askEveryMs), end]);
  }
  return false;
}

async function isReady({ address, namespace, searchAttributes }: Expected): Promise<boolean> {
  try {
    // gRPC waits a second after a refused connection; asking the port first finds the server within moments.
    if (!(await listens(address))) return false;
    return await withConnection(address, async ({ workflowService, operatorService }) => {
      await workflowService.describeNamespace({ namespace });
      await workflowService.countWorkflowExecutions({ namespace });
      const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
      return Object.values(searchAttributes).every(({ name }) => name in customAttributes);
    });
  } catch {
    return false;
  }
}

async function listens(address: string): Promise<boolean> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host);
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}

/** Sets the namespace's retention; the development server's own default is one day. */
export async function keepHistories(address: string, namespace: string): Promise<void> {
  const retention = msToTs(retentionDays * 24 * 60 * 60 * 1000);
  await withConnection(address, async ({ workflowService }) => {
    const { config } = await workflowService.describeNamespace({ namespace });
    if (retention.seconds?.equals(config?.workflowExecutionRetentionTtl?.seconds ?? 0)) return;
    await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } });
  });
}

async function withConnection<T>(address: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    return await connection.withDeadline(Date.now() + 5000, () => use(connection));
  } finally {
    await connection.close();
  }
}
