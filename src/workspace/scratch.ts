import { randomUUID } from 'node:crypto';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from './places.ts';
import { identityIn, lifeOf, nameOf, thisProcess } from './process-identity.ts';

/** What another host or container left is cleared away after so long, in milliseconds: no step of ours takes a day. */
const FOREIGN_REST_MS = 24 * 60 * 60_000;

/**
 * Runs `act` with an empty directory (0700) that is gone afterwards. What processes left that were killed in the middle is
 * cleared away on the occasion.
 */
export async function withScratch<T>(scratch: string, act: (directory: string) => Promise<T>): Promise<T> {
  await sweep(scratch);
  const directory = join(scratch, `${nameOf(thisProcess())}.${randomUUID()}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    return await act(directory);
  } finally {
    await removeTree(directory);
  }
}

async function sweep(scratch: string): Promise<void> {
  for (const name of await readdir(scratch).catch(() => [])) {
    if (await isAbandoned(join(scratch, name), name)) await removeTree(join(scratch, name));
  }
}

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const owner = identityIn(name);
  const life = owner === undefined ? 'unknown' : lifeOf(owner);
  if (life !== 'unknown') return life === 'dead';
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > FOREIGN_REST_MS;
}
