import type { Dirent } from 'node:fs';
import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { GhwError } from '../domain/errors.ts';
import { isGitName, shownPath } from './path-rules.ts';
import { below, removeTree } from './places.ts';

/** How many directories are read at once. */
const PARALLEL_READS = 16;

/**
 * Removes the empty `.git` file that a sandbox may have left at the top of a tree: it was the place on which the
 * read-only one was mounted. Anything else of that name stays.
 */
export async function removeMountPoint(tree: string): Promise<void> {
  if (await isMountPoint(join(tree, '.git'))) await rm(join(tree, '.git'), { force: true });
}

async function isMountPoint(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true && found.size === 0;
}

/** Removes everything in a tree that is called like a git directory, and opens directories that were closed. */
export async function removeGitEntries(tree: string): Promise<void> {
  for (const path of await findGitEntries(tree)) await removeTree(path);
}

/**
 * Refuses a tree that holds anything called like a git directory, in ignored directories too.
 *
 * @param options.exceptMountPoint - true while a cage is open over the tree; see {@link removeMountPoint}
 * @throws GhwError `ChangeRefused`, naming the path.
 */
export async function refuseGitEntries(
  tree: string,
  options: { readonly exceptMountPoint?: boolean } = {},
): Promise<void> {
  const entries = await findGitEntries(tree);
  const own = options.exceptMountPoint === true && (await isMountPoint(join(tree, '.git')));
  const found = own ? entries.find((entry) => entry.toString('utf8') !== join(tree, '.git')) : entries[0];
  if (!found) return;
  const path = shownPath(found.subarray(Buffer.byteLength(tree) + 1).toString('utf8'));
  throw new GhwError('ChangeRefused', `The agent's tree holds ${path}, which git would take for a repository.`, {
    hint: 'Nothing was exported. Run the step again, and tell the agent to make no git repository of its own.',
  });
}

/** All files, directories and links of such a name, in the order of their paths; what is inside them is not looked at. */
async function findGitEntries(tree: string): Promise<Buffer[]> {
  const limit = pLimit(PARALLEL_READS);
  const found: Buffer[] = [];
  async function visit(directory: string | Buffer): Promise<void> {
    const entries = await limit(() => readOpened(directory));
    await Promise.all(
      entries.map(async (entry) => {
        const path = below(directory, entry.name);
        if (isGitName(entry.name.toString('utf8'))) found.push(path);
        else if (entry.isDirectory()) await visit(path);
      }),
    );
  }
  await visit(tree);
  return found.sort((a, b) => a.compare(b));
}

/** The entries of a directory, after giving back the rights to it that an agent may have taken away. */
async function readOpened(directory: string | Buffer): Promise<Dirent<Buffer>[]> {
  const { mode } = await lstat(directory);
  if ((mode & 0o700) !== 0o700) await chmod(directory, (mode & 0o7777) | 0o700);
  return await readdir(directory, { withFileTypes: true, encoding: 'buffer' });
}
