import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Client, Pool, type ClientConfig, type PoolClient } from 'pg';
import { isCollision, leavesConnectionUsable, ledgerError } from './errors.ts';
import { ledgerPlace } from './place.ts';
import { migrate } from './migrate.ts';

/** Where statements of one transaction are run. */
export type Statements = NodePgDatabase;

/** A PostgreSQL database with the ledger's tables. */
export interface LedgerDatabase {
  /**
   * Runs all that `work` asks for as one transaction. It may be run again from the start, where two met.
   *
   * @throws GhwError `LedgerUnreachable` or `LedgerFailed`
   */
  readonly transact: <T>(work: (tx: Statements) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

export interface DatabaseOptions {
  /** Most connections at a time. Default 4. */
  readonly connections?: number;
  /**
   * How long to wait for a connection, in milliseconds. Default 30 seconds: the embedded ledger answers a new client when
   * it is that client's turn. A port that is closed is told at once.
   */
  readonly connectTimeoutMs?: number;
  /** How long one statement may take, in milliseconds. Default 30 seconds. */
  readonly statementTimeoutMs?: number;
}

/** A connection that nobody uses is let go of soon: a command ends, and the embedded ledger serves one at a time. */
const IDLE_MS = 5000;

/** How much later than the server we give up on a statement ourselves: the server may be gone without a word. */
const SILENCE_MS = 5000;

/** How long a piece of work waits until a connection is free, in milliseconds. */
const TURN_MS = 60_000;

const ATTEMPTS = 4;

/**
 * Connects to the database and brings its tables up to date.
 *
 * Every statement is part of a transaction that begins with one simple query. That sets what a connection may not keep
 * (a pooler may give it to somebody else after it), and makes the embedded ledger serve one client until its end.
 *
 * @throws GhwError `InvalidConfiguration` for a URL that is none, `LedgerUnreachable`, `LedgerFailed`
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<LedgerDatabase> {
  const { connections = 4, connectTimeoutMs = 30_000, statementTimeoutMs = 30_000 } = options;
  const place = ledgerPlace(url);
  class LedgerClient extends Client {
    constructor(config?: ClientConfig) {
      super({ ...config, connectionTimeoutMillis: connectTimeoutMs });
    }
  }
  const pool = new Pool({
    Client: LedgerClient,
    connectionString: url,
    max: connections,
    // Of a turn at one of the connections: a database that is busy is not one that does not answer.
    connectionTimeoutMillis: Math.max(connectTimeoutMs, TURN_MS),
    query_timeout: statementTimeoutMs + SILENCE_MS,
    idleTimeoutMillis: IDLE_MS,
    allowExitOnIdle: true,
    keepAlive: true,
    application_name: 'gh-worker',
  });
  // A connection that breaks between two questions is replaced; who asks the next one hears if that fails.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));

  const begin = [
    'BEGIN',
    `SET LOCAL statement_timeout = ${statementTimeoutMs}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${statementTimeoutMs}`,
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO'",
  ].join('; ');

  async function attempt<T>(work: (tx: Statements) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken = true;
    try {
      await client.query(begin);
      const result = await work(drizzle({ client }));
      await client.query('COMMIT');
      broken = false;
      return result;
    } catch (error) {
      broken = !(await rollBack(client, error));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async function transact<T>(work: (tx: Statements) => Promise<T>): Promise<T> {
    for (let count = 1; ; count += 1) {
      try {
        return await attempt(work);
      } catch (error) {
        if (count === ATTEMPTS || !isCollision(error)) throw ledgerError(error, place);
      }
    }
  }

  const database = { transact, close: async () => await pool.end() };
  try {
    await transact(async (tx) => await migrate(tx));
    return database;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Makes the connection fit for the next one; false if it is not. */
async function rollBack(client: PoolClient, error: unknown): Promise<boolean> {
  // Without an answer of the server nobody knows what it will answer next.
  if (!leavesConnectionUsable(error)) return false;
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}
