import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from './lock.ts';
import { below, removeTree, type Places } from './places.ts';

/** How much of the disk the workspaces and mirrors of a host may take. */
export interface DiskLimits {
  readonly maxWorkspaces: number;
  readonly maxBytes: number;
}

const defaultDiskLimits: DiskLimits = { maxWorkspaces: 100, maxBytes: 50 * 1024 ** 3 };

/** A mirror used within this time is left alone, in milliseconds: a publication may be reading from it. */
const MIRROR_REST_MS = 60 * 60_000;
/** Locks that nobody asked for in so long are cleared away, in milliseconds. */
const LOCK_REST_MS = 7 * 24 * 60 * 60_000;

interface Entry {
  readonly path: string;
  readonly lock: string;
  readonly kind: 'workspace' | 'mirror';
  /** Milliseconds since 1970. */
  readonly usedAt: number;
  readonly bytes: number;
}

/** Removes what was used longest ago until the limits hold; workspaces first, then mirrors. Never what is in use. */
export async function pruneWorkspaces(places: Places, limits: Partial<DiskLimits> = {}): Promise<void> {
  const { maxWorkspaces, maxBytes } = { ...defaultDiskLimits, ...limits };
  const workspaces = await entriesIn(places, 'workspace');
  const mirrors = await entriesIn(places, 'mirror');
  let bytes = [...workspaces, ...mirrors].reduce((sum, entry) => sum + entry.bytes, 0);
  let count = workspaces.length;
  for (const entry of oldestFirst(workspaces)) {
    if (count <= maxWorkspaces && bytes <= maxBytes) break;
    if (!(await removeUnused(entry))) continue;
    count -= 1;
    bytes -= entry.bytes;
  }
  for (const entry of oldestFirst(mirrors)) {
    if (bytes <= maxBytes || Date.now() - entry.usedAt < MIRROR_REST_MS) break;
    if (await removeUnused(entry)) bytes -= entry.bytes;
  }
  await sweepLocks(places);
}

function oldestFirst(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => a.usedAt - b.usedAt);
}

async function removeUnused(entry: Entry): Promise<boolean> {
  const lock = await tryLock(entry.lock);
  if (!lock) return false;
  try {
    await removeTree(entry.path);
  } finally {
    await lock.discard();
  }
  return true;
}

async function entriesIn(places: Places, kind: Entry['kind']): Promise<Entry[]> {
  const [root, depth, locks] =
    kind === 'workspace'
      ? ([places.workspaces, 3, join(places.locks, 'workspaces')] as const)
      : ([places.mirrors, 2, join(places.locks, 'mirrors')] as const);
  const found: Entry[] = [];
  for (const steps of await directoriesAt(root, depth)) {
    const path = join(root, ...steps);
    const usedAt = await modifiedAt(kind === 'workspace' ? join(path, 'workspace.json') : path, path);
    found.push({ path, lock: join(locks, ...steps), kind, usedAt, bytes: await bytesBelow(path) });
  }
  return found;
}

/** A workspace that was never finished has no record; then its own time counts. */
async function modifiedAt(path: string, otherwise: string): Promise<number> {
  const found = (await stat(path).catch(() => undefined)) ?? (await stat(otherwise).catch(() => undefined));
  return found?.mtimeMs ?? 0;
}

/** The steps to every directory so many levels down; links are not followed. */
async function directoriesAt(root: string, depth: number): Promise<string[][]> {
  if (depth === 0) return [[]];
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const found = entries
    .filter((entry) => entry.isDirectory())
    .map(async ({ name }) => (await directoriesAt(join(root, name), depth - 1)).map((rest) => [name, ...rest]));
  return (await Promise.all(found)).flat();
}

/** What a tree takes of the disk; a file with several names (the packs, shared with the mirror) counts in parts. */
async function bytesBelow(path: string | Buffer): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return 0;
  if (!found.isDirectory()) return (found.blocks * 512) / found.nlink;
  let bytes = found.blocks * 512;
  const entries = await readdir(path, { withFileTypes: true, encoding: 'buffer' }).catch(() => []);
  for (const entry of entries) bytes += await bytesBelow(below(path, entry.name));
  return bytes;
}

async function sweepLocks(places: Places): Promise<void> {
  const workspaces = (await directoriesAt(join(places.locks, 'workspaces'), 3)).map((steps) => [
    'workspaces',
    ...steps,
  ]);
  for (const steps of workspaces) {
    const path = join(places.locks, ...steps);
    const inUse = await lstat(join(places.root, ...steps)).catch(() => undefined);
    if (inUse || Date.now() - (await modifiedAt(path, path)) < LOCK_REST_MS) continue;
    const lock = await tryLock(path);
    if (lock) await lock.discard();
  }
}
