import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';

/** An empty ledger of a test's own: a real PostgreSQL in memory. */
export async function startLedger(): Promise<{
  readonly ledger: Ledger;
  readonly url: string;
  readonly stop: () => Promise<void>;
}> {
  const directory = await mkdtemp(join(tmpdir(), 'ghw-ledger-'));
  const database = await PGlite.create();
  const server = new PGLiteSocketServer({ db: database, path: join(directory, '.s.PGSQL.5432'), maxConnections: 20 });
  await server.start();
  const url = `postgresql:///postgres?user=postgres&sslmode=disable&port=5432&host=${encodeURIComponent(directory)}`;
  const ledger = await openLedger(url);
  return {
    ledger,
    url,
    stop: async () => {
      await ledger.close();
      await server.stop();
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
