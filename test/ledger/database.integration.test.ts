import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { Client } from 'pg';
import { openDatabase, type LedgerDatabase } from '../../src/ledger/database.ts';
import { migrations } from '../../src/ledger/migrations/index.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import * as pullRequestTables from '../../src/ledger/pull-request-tables.ts';
import * as tables from '../../src/ledger/tables.ts';
import { testEnvironment } from '../setup/environment.ts';
import { createPostgresLedger, type TestLedger } from '../setup/ledger.ts';
import { run } from '../setup/postgres.ts';
import { aConfiguredRepository, engines } from './support.ts';

const PASSWORD = 'hunter2-is-secret';

describe.each(engines)('a database: %s', (_name, create) => {
  let place: TestLedger;

  beforeAll(async () => {
    place = await create();
  });
  afterAll(async () => {
    await place.remove();
  });

  async function withDatabases(count: number, use: (...databases: LedgerDatabase[]) => Promise<void>): Promise<void> {
    const databases = await Promise.all(Array.from({ length: count }, () => openDatabase(place.url)));
    try {
      await use(...databases);
    } finally {
      await Promise.all(databases.map((database) => database.close()));
    }
  }

  it('gets its tables once, though many open it at once', async () => {
    await run(place.url, 'DROP SCHEMA IF EXISTS ghw CASCADE');

    await withDatabases(5, async (database) => {
      const applied = await database.transact((tx) => tx.execute(sql`SELECT version FROM ghw.migrations ORDER BY 1`));
      expect(applied.rows).toEqual(migrations.map(({ version }) => ({ version })));
    });
  });

  it('has the columns that the queries know', async () => {
    await withDatabases(1, async (database) => {
      const { rows } = await database.transact((tx) =>
        tx.execute<{ table: string; column: string; type: string; required: boolean }>(sql`
          SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'ghw' AND c.relkind = 'r' AND a.attnum > 0 AND c.relname <> 'migrations'`),
      );
      const known = Object.values({ ...tables, ...pullRequestTables })
        .filter((table) => table instanceof PgTable)
        .map(getTableConfig)
        .flatMap(({ name, columns }) =>
          columns.map((column) => ({
            table: name,
            column: column.name,
            type: column.getSQLType().replace('timestamp (3)', 'timestamp(3)'),
            required: column.notNull,
          })),
        );

      expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(known.map((row) => JSON.stringify(row)).sort());
    });
  });

  it('that a newer version has written is refused, and left as it is', async () => {
    const future = (migrations.at(-1)?.version ?? 0) + 1;
    await run(place.url, `INSERT INTO ghw.migrations (version) VALUES (${future})`);
    try {
      await expect(openDatabase(place.url)).rejects.toMatchObject({
        name: 'LedgerFailed',
        retryable: false,
        message: expect.stringContaining(`version ${future}`) as unknown,
        hint: expect.stringContaining('Update gh-worker') as unknown,
      });
    } finally {
      await run(place.url, `DELETE FROM ghw.migrations WHERE version = ${future}`);
    }
  });

  it('keeps the transactions of many clients apart, also of those that fail', async () => {
    await run(place.url, 'CREATE TABLE counter (n integer NOT NULL)');
    await run(place.url, 'INSERT INTO counter VALUES (0)');
    const count = (database: LedgerDatabase, failure?: 'ours' | 'theirs') =>
      database.transact(async (tx) => {
        const { rows } = await tx.execute<{ n: number }>(sql`SELECT n FROM counter WHERE n > ${-1} FOR UPDATE`);
        await tx.execute(sql`UPDATE counter SET n = ${(rows[0]?.n ?? 0) + 1}`);
        if (failure === 'ours') throw new TypeError('thought better of it');
        if (failure === 'theirs') await tx.execute(sql`SELECT ${1} / ${0}::integer, no_such_column FROM counter`);
      });

    await withDatabases(6, async (...databases) => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }).flatMap(() =>
          databases.map((database, index) => count(database, ([undefined, 'ours', 'theirs'] as const)[index % 3])),
        ),
      );

      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(40);
      const { rows } = await databases[0]!.transact((tx) => tx.execute(sql`SELECT n FROM counter`));
      expect(rows).toEqual([{ n: 20 }]);
    });
  });

  it('undoes what a client did that died in its transaction, and lets the others go on', async () => {
    const { id } = aConfiguredRepository();
    const dying = new Client({ connectionString: place.url });
    dying.on('error', () => undefined);
    await dying.connect();
    await dying.query('BEGIN');
    await dying.query('INSERT INTO ghw.repositories (id, name, name_with_owner) VALUES ($1, $1, $1)', [id]);
    const ledger = await Promise.all([
      openLedger(place.url),
      // The embedded one serves nobody else meanwhile.
      new Promise((resolve) => setTimeout(resolve, 100)).then(() => socketOf(dying).destroy()),
    ]).then(([opened]) => opened);

    expect(await ledger.repositories.find(id)).toBeNull();
    await ledger.close();
  });

  it('that says no is LedgerFailed, with its code and without what was asked', async () => {
    await withDatabases(1, async (database) => {
      const refused = database.transact((tx) => tx.execute(sql`SELECT ${PASSWORD}::integer`));

      const error: Error = await refused.then(
        () => new Error('it was not refused'),
        (thrown: Error) => thrown,
      );
      expect(error).toMatchObject({ name: 'LedgerFailed', retryable: false });
      expect(error.message).toContain('22P02');
      expect(error.message).not.toContain('SELECT');
    });
  });
});

describe('a database that does not answer', () => {
  const { postgresUrl } = testEnvironment();
  const onServer = postgresUrl === null ? it.skip : it;
  let silent: Server;
  let silentPort: number;

  beforeAll(async () => {
    silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    silentPort = (silent.address() as AddressInfo).port;
  });
  afterAll(() => {
    silent.close();
  });

  async function refusal(url: string) {
    const error = await openDatabase(url, { connectTimeoutMs: 300 }).then(
      () => undefined,
      (thrown: unknown) => thrown as Error & { hint?: string },
    );
    expect(JSON.stringify([error?.message, error?.hint, String(error?.cause)])).not.toContain(PASSWORD);
    return error;
  }

  it.each([
    ['nobody listens', () => `postgresql://ghw:${PASSWORD}@127.0.0.1:9/ghw`],
    ['of a machine that nobody knows', () => `postgresql://ghw:${PASSWORD}@no-such-host.invalid/ghw`],
    ['who listens says nothing', () => `postgresql://ghw:${PASSWORD}@127.0.0.1:${silentPort}/ghw`],
    ['there is no socket', () => `postgresql:///ghw?user=ghw&password=${PASSWORD}&host=%2Fno%2Fsuch%2Fplace`],
  ])('is unreachable for now: %s', async (_why, url) => {
    expect(await refusal(url())).toMatchObject({
      name: 'LedgerUnreachable',
      retryable: true,
      hint: expect.stringContaining('ghw up') as unknown,
    });
  });

  it.each([
    `http://ghw:${PASSWORD}@host/db`,
    `postgresql://ghw:${PASSWORD}%zz@host/db`,
    `host=db password=${PASSWORD}`,
  ])('is none if its address is no PostgreSQL URL', async (url) => {
    expect(await refusal(url)).toMatchObject({ name: 'InvalidConfiguration' });
  });

  onServer('refuses a user or a database that it does not know, for good', async () => {
    const { host } = new URL(postgresUrl ?? '');

    expect(await refusal(`postgresql://nobody-we-know:${PASSWORD}@${host}/postgres`)).toMatchObject({
      name: 'LedgerFailed',
      retryable: false,
      hint: expect.stringContaining('password') as unknown,
    });
    expect(await refusal(`postgresql://ghw:${PASSWORD}@${host}/no_such_database`)).toMatchObject({
      name: 'LedgerFailed',
      hint: expect.stringContaining('createdb') as unknown,
    });
  });

  describe('for a while', () => {
    let place: TestLedger;

    beforeAll(async () => {
      if (postgresUrl !== null) place = await createPostgresLedger(postgresUrl);
    });
    afterAll(async () => {
      if (postgresUrl !== null) await place.remove();
    });

    onServer('is unreachable for a statement that takes too long, and then there again', async () => {
      const database = await openDatabase(place.url, { statementTimeoutMs: 200 });
      await expect(database.transact((tx) => tx.execute(sql`SELECT pg_sleep(30)`))).rejects.toMatchObject({
        name: 'LedgerUnreachable',
        retryable: true,
      });

      expect((await database.transact((tx) => tx.execute(sql`SELECT 1 AS one`))).rows).toEqual([{ one: 1 }]);
      await database.close();
    });

    onServer('is unreachable when it ends our connections, and then there again', async () => {
      const database = await openDatabase(place.url);
      const endUs = sql`SELECT pg_terminate_backend(pg_backend_pid())`;
      await expect(database.transact((tx) => tx.execute(endUs))).rejects.toMatchObject({ name: 'LedgerUnreachable' });

      expect((await database.transact((tx) => tx.execute(sql`SELECT 1 AS one`))).rows).toEqual([{ one: 1 }]);
      await database.close();
    });

    onServer('runs a transaction again that gave way to another', async () => {
      await run(place.url, 'CREATE TABLE pair (id integer PRIMARY KEY, n integer NOT NULL)');
      await run(place.url, 'INSERT INTO pair VALUES (1, 0), (2, 0)');
      const database = await openDatabase(place.url);
      let waiting: (() => void)[] = [];
      const bothHaveOne = async (): Promise<void> =>
        await new Promise((resolve) => {
          waiting.push(resolve);
          if (waiting.length < 2) return;
          for (const go of waiting) go();
          waiting = [];
        });
      const addInOrder = async (ids: readonly number[]): Promise<void> => {
        let attempts = 0;
        await database.transact(async (tx) => {
          attempts += 1;
          for (const [index, id] of ids.entries()) {
            await tx.execute(sql`UPDATE pair SET n = n + 1 WHERE id = ${id}`);
            if (index === 0 && attempts === 1) await bothHaveOne();
          }
        });
      };

      await Promise.all([addInOrder([1, 2]), addInOrder([2, 1])]);

      const { rows } = await database.transact((tx) => tx.execute(sql`SELECT n FROM pair`));
      expect(rows).toEqual([{ n: 2 }, { n: 2 }]);
      await database.close();
    });
  });
});

/** The connection that lies below a client; `pg` has no public name for it. */
function socketOf(client: Client): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}
