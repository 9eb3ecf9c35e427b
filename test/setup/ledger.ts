import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLedgerServer } from '../../src/workers/embedded/ledger-server.ts';
import { testEnvironment } from './environment.ts';
import { run, templateDatabase } from './postgres.ts';

/** A ledger of a test's own. */
export interface TestLedger {
  readonly url: string;
  /** Ends it, with all that is in it. */
  remove(): Promise<void>;
}

/** On the run's PostgreSQL; an embedded one where there is none. */
export async function createTestLedger(): Promise<TestLedger> {
  const { postgresUrl } = testEnvironment();
  return postgresUrl === null ? await createEmbeddedLedger() : await createPostgresLedger(postgresUrl);
}

/** A database of the PostgreSQL at `serverUrl`, with the ledger's tables. */
export async function createPostgresLedger(serverUrl: string): Promise<TestLedger> {
  const name = `ghw_${randomUUID().replaceAll('-', '')}`;
  await run(`${serverUrl}/postgres`, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`);
  return {
    url: `${serverUrl}/${name}`,
    remove: async () => await run(`${serverUrl}/postgres`, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** The embedded ledger, as `ghw up` starts it. */
export async function createEmbeddedLedger(): Promise<TestLedger> {
  const directory = await mkdtemp(join(tmpdir(), 'ghw-ledger-'));
  const server = await startLedgerServer(directory);
  return {
    url: server.url,
    async remove() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
