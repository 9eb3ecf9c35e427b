import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { createPostgresStore } from '../../src/artifacts/postgres-store.ts';
import type { ArtifactStore } from '../../src/artifacts/store.ts';
import { openDatabase, type LedgerDatabase } from '../../src/ledger/database.ts';
import { engines } from '../ledger/support.ts';
import type { TestLedger } from '../setup/ledger.ts';

const MIB = 1024 * 1024;

describe.each(engines)('artifacts in %s', (_name, create) => {
  let place: TestLedger;
  let database: LedgerDatabase;
  let store: ArtifactStore;
  let directory: string;

  beforeAll(async () => {
    place = await create();
    database = await openDatabase(place.url);
    store = createPostgresStore(database);
    directory = await mkdtemp(join(tmpdir(), 'ghw-artifacts-'));
  });
  afterAll(async () => {
    await database.close();
    await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  async function stored(): Promise<number> {
    const { rows } = await database.transact((tx) =>
      tx.execute<{ count: number }>(sql`SELECT count(*)::integer AS count FROM ghw.artifacts`),
    );
    return rows[0]?.count ?? 0;
  }

  it('are given back as they were given, under their digest', async () => {
    for (const bytes of [Buffer.from([0, 255, 10, 13, 0xf0, 0x9f]), Buffer.alloc(0), randomBytes(9 * MIB + 1)]) {
      const ref = await store.put(bytes);

      expect(ref).toEqual({
        sha256: createHash('sha256').update(bytes).digest('hex'),
        bytes: bytes.byteLength,
      });
      expect((await store.get(ref))?.equals(bytes)).toBe(true);
    }
  });

  it('are stored once, whether they come as text, bytes or a file, and by however many', async () => {
    const file = join(directory, 'source.txt');
    await writeFile(file, 'plan ✅');
    const before = await stored();

    const refs = await Promise.all([
      store.put('plan ✅'),
      store.put(Buffer.from('plan ✅')),
      store.putFile(file),
      store.put('plan ✅'),
    ]);

    expect(new Set(refs.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(await stored()).toBe(before + 1);
  });

  it('that are not there are undefined, also of no bytes', async () => {
    const empty = { sha256: createHash('sha256').update('').digest('hex'), bytes: 0 };
    await database.transact((tx) => tx.execute(sql`DELETE FROM ghw.artifacts WHERE sha256 = ${empty.sha256}`));

    for (const ref of [empty, { sha256: 'f'.repeat(64), bytes: 3 }, { sha256: "'; --", bytes: 3 }]) {
      expect(await store.get(ref)).toBeUndefined();
      expect(await store.getFile(ref, join(directory, 'none'))).toBe(false);
    }
    expect(await readdir(directory)).not.toContain('none');
  });

  it('that no longer match their digest count as absent, and are mended by the next put', async () => {
    const ref = await store.put('as it was');
    await database.transact((tx) =>
      tx.execute(sql`UPDATE ghw.artifacts SET bytes = 'as it wax' WHERE sha256 = ${ref.sha256}`),
    );
    expect(await store.get(ref)).toBeUndefined();

    await store.put('as it was');

    expect((await store.get(ref))?.toString()).toBe('as it was');
  });

  it('become files that only we may read, in folders that are made for them', async () => {
    const ref = await store.put('a session');
    const path = join(directory, 'a', 'b', 'session.json');

    expect(await store.getFile(ref, path)).toBe(true);

    expect(await readFile(path, 'utf8')).toBe('a session');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory, 'a', 'b'))).toEqual(['session.json']);
  });

  it('are refused beyond the largest, with what to do', async () => {
    const small = createPostgresStore(database, { maxBytes: MIB });
    const file = join(directory, 'large');
    await writeFile(file, Buffer.alloc(MIB + 1));

    for (const refused of [small.put(Buffer.alloc(MIB + 1)), small.putFile(file)]) {
      await expect(refused).rejects.toMatchObject({
        name: 'LedgerFailed',
        retryable: false,
        message: expect.stringContaining('1 MiB') as unknown,
        hint: expect.stringContaining('artifacts.store directory') as unknown,
      });
    }
    expect(await small.put(Buffer.alloc(MIB))).toMatchObject({ bytes: MIB });
  });
});
