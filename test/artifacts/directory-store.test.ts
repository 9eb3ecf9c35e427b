import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ghw-artifacts-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function storedFiles(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('the directory store', () => {
  it('gives back the bytes it was given, under their digest', async () => {
    const store = createDirectoryStore(join(root, 'store'));
    const bytes = Buffer.from([0, 255, 10, 13, 0xf0, 0x9f]);

    const ref = await store.put(bytes);

    expect(ref).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: 6 });
    expect(await store.get(ref)).toEqual(bytes);
  });

  it('stores the same bytes once, whether they come as text, bytes or a file', async () => {
    const store = createDirectoryStore(root);
    const source = join(root, '..', `source-${process.pid.toString()}.txt`);
    await writeFile(source, 'plan ✅');
    try {
      const refs = await Promise.all([store.put('plan ✅'), store.put(Buffer.from('plan ✅')), store.putFile(source)]);

      expect(new Set(refs.map((ref) => ref.sha256)).size).toBe(1);
      expect(await storedFiles()).toHaveLength(1);
    } finally {
      await rm(source);
    }
  });

  it('treats bytes that no longer match their digest as absent, and mends them on the next put', async () => {
    const store = createDirectoryStore(root);
    const ref = await store.put('as it was');
    const [file = ''] = await storedFiles();
    await writeFile(file, 'as it wax');

    expect(await store.get(ref)).toBeUndefined();
    expect(await store.getFile(ref, join(root, 'copy'))).toBe(false);

    await store.put('as it was');
    expect((await store.get(ref))?.toString()).toBe('as it was');
  });

  it('answers undefined and false for what it does not have', async () => {
    const store = createDirectoryStore(join(root, 'never-made'));
    const ref = { sha256: 'a'.repeat(64), bytes: 3 };

    expect(await store.get(ref)).toBeUndefined();
    expect(await store.getFile(ref, join(root, 'copy'))).toBe(false);
  });

  it('writes a file for the reader, whole, in a directory that need not exist', async () => {
    const store = createDirectoryStore(root);
    const ref = await store.put('bundle');
    const path = join(root, 'out', 'deep', 'bundle');

    expect(await store.getFile(ref, path)).toBe(true);

    expect(await readFile(path, 'utf8')).toBe('bundle');
    expect(await readdir(join(root, 'out', 'deep'))).toEqual(['bundle']);
  });

  it('keeps directories and files from other users', async () => {
    const store = createDirectoryStore(join(root, 'private'));
    const ref = await store.put('session');

    const [file = ''] = await storedFiles();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, 'private'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(root, 'private', 'sha256', ref.sha256.slice(0, 2)))).mode & 0o777).toBe(0o700);
  });

  it.each(['../../etc/passwd', `${'a'.repeat(60)}/../`, 'A'.repeat(64), ''])(
    'refuses %j as the name of an artifact, so nothing outside its root is read',
    async (sha256) => {
      const store = createDirectoryStore(root);

      await expect(store.get({ sha256, bytes: 1 })).rejects.toMatchObject({ name: 'InvalidInput' });
      await expect(store.getFile({ sha256, bytes: 1 }, join(root, 'x'))).rejects.toMatchObject({
        name: 'InvalidInput',
      });
    },
  );

  it('leaves nothing half-written behind when a source cannot be read', async () => {
    const store = createDirectoryStore(root);

    await expect(store.putFile(join(root, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });

    expect(await storedFiles()).toEqual([]);
  });
});
