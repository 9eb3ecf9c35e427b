import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { GhwError } from '../domain/errors.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';

/** Any number that is the same for all of us: one at a time brings a database up to date. */
const lockKey = 4_718_114;

/**
 * Brings the database's tables to what this version knows, in the transaction of `tx`. Where nothing is to be done, one
 * question says so.
 *
 * @throws GhwError `LedgerFailed` if a newer version of gh-worker has written it
 */
export async function migrate(tx: NodePgDatabase, known: readonly Migration[] = migrations): Promise<void> {
  const newest = known.at(-1)?.version ?? 0;
  if ((await versionOf(tx)) === newest) return;
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${lockKey})`);
  await tx.execute(sql`CREATE SCHEMA IF NOT EXISTS ghw`);
  await tx.execute(sql`CREATE TABLE IF NOT EXISTS ghw.migrations (
    version integer PRIMARY KEY,
    applied_at timestamp with time zone NOT NULL DEFAULT now()
  )`);
  const present = await versionOf(tx);
  if (present > newest) throw fromTheFuture(present, newest);
  for (const { version, sql: statements } of known.filter((migration) => migration.version > present)) {
    await tx.execute(sql.raw(statements));
    await tx.execute(sql`INSERT INTO ghw.migrations (version) VALUES (${version})`);
  }
}

async function versionOf(tx: NodePgDatabase): Promise<number> {
  const there = await tx.execute<{ table: string | null }>(sql`SELECT to_regclass('ghw.migrations') AS table`);
  if (there.rows[0]?.table == null) return 0;
  const { rows } = await tx.execute<{ version: number | null }>(
    sql`SELECT max(version) AS version FROM ghw.migrations`,
  );
  return rows[0]?.version ?? 0;
}

function fromTheFuture(present: number, newest: number): GhwError {
  return new GhwError(
    'LedgerFailed',
    `The ledger has version ${present}; this gh-worker knows versions up to ${newest}, because a newer one has been here.`,
    { hint: 'Update gh-worker on this machine to the version of the other workers.', retryable: false },
  );
}
