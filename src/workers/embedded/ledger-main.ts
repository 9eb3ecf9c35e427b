import { rm, writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { Client } from 'pg';
import { nameOf, thisProcess } from '../../workspace/process-identity.ts';

/**
 * The embedded ledger: PostgreSQL as WebAssembly behind a Unix socket, as a process of its own, so that neither its
 * memory nor its time is a worker's. It runs under a guardian; see `startLedgerServer`.
 */
const [dataDirectory = '', socketPath = '', url = '', ownerFile = '', owner = ''] = process.argv.slice(2);

/** More than all commands and workers of one machine hold. */
const MAX_CONNECTIONS = 200;
/** A client that was stopped in the middle of a transaction keeps all others waiting no longer than this. */
const SILENCE_MS = 60_000;
/** Of its tables in memory; the default takes four times as much, which stays with the process. */
const BUFFERS = '32MB';
/** This PostgreSQL is one process: nobody else tidies its tables and shortens its log. */
const TIDY_EVERY_MS = 30 * 60_000;

process.title = `ghw ledger ${dataDirectory}`;
await writeFile(ownerFile, [nameOf(thisProcess()), owner, socketPath].join('\n'), { mode: 0o600 });
const database = await PGlite.create(dataDirectory, {
  startParams: [...PGlite.defaultStartParams, '-c', `shared_buffers=${BUFFERS}`],
});
endWhenBroken(database);
// A socket that a killed server has left.
await rm(socketPath, { force: true });
const server = new PGLiteSocketServer({
  db: database,
  path: socketPath,
  maxConnections: MAX_CONNECTIONS,
  idleTimeout: SILENCE_MS,
});
await server.start();
const tidying = setInterval(() => void tidy(), TIDY_EVERY_MS);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());

async function stop(): Promise<void> {
  clearInterval(tidying);
  await server.stop();
  await database.close();
  await rm(ownerFile, { force: true });
  process.exit(0);
}

/** An error of SQL is an answer. What is thrown is a fault of the machinery, after which the socket server answers nobody. */
function endWhenBroken(broken: PGlite): void {
  const run = broken.execProtocolRawStream.bind(broken);
  broken.execProtocolRawStream = async (...message) => {
    try {
      await run(...message);
    } catch (error) {
      complain(error);
      process.exit(1);
    }
  };
}

/** As a client, because only clients wait for each other's transactions. */
async function tidy(): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
  } catch (error) {
    complain(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Into the log, which is all that anybody sees of us. */
function complain(error: unknown): void {
  process.stderr.write(`${inspect(error)}\n`);
}
