import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { startTemporalServer } from '../../../src/workers/embedded/temporal-server.ts';
import type { TemporalServer } from '../../../src/workers/embedded/temporal-server.ts';
import { testEnvironment } from '../../setup/environment.ts';

const searchAttributes = { colour: defineSearchAttributeKey('Colour', SearchAttributeType.KEYWORD) };

describe('the embedded Temporal server', () => {
  let directory: string;
  let started: TemporalServer[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ghw-temporal-'));
    started = [];
  });

  afterEach(async () => {
    await Promise.all(started.map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true });
  });

  function options() {
    return {
      executable: testEnvironment().temporalCli,
      logFile: join(directory, 'logs', 'temporal.log'),
      databaseFile: join(directory, 'data', 'temporal.db'),
      searchAttributes,
    };
  }

  async function start(): Promise<TemporalServer> {
    const server = await startTemporalServer(options());
    started.push(server);
    return server;
  }

  it('finds a running workflow again after a restart on the same database file', async () => {
    const first = await start();
    await connected(first, async (client) => {
      await client.workflow.start('waits', {
        workflowId: 'kept',
        taskQueue: 'nobody-polls',
        typedSearchAttributes: [{ key: searchAttributes.colour, value: 'green' }],
      });
    });
    await first.stop();

    const second = await start();

    await connected(second, async (client) => {
      expect((await client.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
      expect((await client.workflow.count('Colour = "green"')).count).toBe(1);
    });
  });

  it('keeps closed histories for 90 days', async () => {
    const server = await start();

    await connected(server, async ({ connection }) => {
      const { config } = await connection.workflowService.describeNamespace({ namespace: server.namespace });
      expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 24 * 60 * 60);
    });
  });

  it('serves its Web UI, on this machine only', async () => {
    const server = await start();

    expect((await fetch(server.uiUrl)).status).toBe(200);
    expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('refuses a second server on the same database file and leaves the first alone', async () => {
    const first = await start();

    await expect(startTemporalServer(options())).rejects.toMatchObject({
      name: 'NotApplicable',
      message: expect.stringContaining(first.address) as unknown,
    });

    await connected(first, async (client) => {
      expect((await client.workflow.count()).count).toBe(0);
    });
  });

  it('says what the server said when it does not start', async () => {
    const broken = { ...options(), searchAttributes: { broken: { ...searchAttributes.colour, name: 'not a name=' } } };

    await expect(startTemporalServer(broken)).rejects.toMatchObject({
      name: 'TemporalUnreachable',
      hint: expect.stringContaining(broken.logFile) as unknown,
    });
  });

  it('ends when its owner is killed, and the next owner takes the database over', async () => {
    const { address, owner } = await startInProcess(options());
    owner.kill('SIGKILL');
    await once(owner, 'exit');

    const server = await start();

    expect(server.address).not.toBe(address);
    await connected(server, async (client) => {
      expect((await client.workflow.count()).count).toBe(0);
    });
    await expect(Connection.connect({ address, connectTimeout: 500 })).rejects.toThrow();
  });
});

async function connected(server: TemporalServer, use: (client: Client) => Promise<void>): Promise<void> {
  const connection = await Connection.connect({ address: server.address });
  try {
    await use(new Client({ connection, namespace: server.namespace }));
  } finally {
    await connection.close();
  }
}

/** A server whose owner is another process, which does nothing else. */
async function startInProcess(options: object) {
  const hooks = new URL('../../setup/typescript-hooks.mjs', import.meta.url).href;
  const source = new URL('../../../src/workers/embedded/temporal-server.ts', import.meta.url).href;
  const script = `
    import { register } from 'node:module';
    register(${JSON.stringify(hooks)});
    const { startTemporalServer } = await import(${JSON.stringify(source)});
    const { address } = await startTemporalServer(${JSON.stringify(options)});
    console.log(address);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [address] = (await once(createInterface(owner.stdout), 'line')) as [string];
  return { address, owner };
}
