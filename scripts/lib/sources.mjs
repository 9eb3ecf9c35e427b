import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromRoot, root } from './paths.mjs';

/** Written by the build itself. */
const generated = 'graphql-env.d.ts';

/**
 * A digest of the contents of files and folders, and of the Node that reads them. Times of change mean nothing: git
 * sets them anew.
 *
 * @param {readonly string[]} paths - below the checkout; what does not exist does not count
 */
export function digestOf(paths) {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths.flatMap(filesBelow)) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  try {
    return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== generated)
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
      .sort();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'ENOTDIR') return [path];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Does something unless it was done, with success, for the same digest.
 *
 * @param {string} stampFile - below the checkout
 * @param {string} digest
 * @param {() => Promise<void>} action
 */
export async function unlessDone(stampFile, digest, action) {
  const file = fromRoot(stampFile);
  if (read(file) === digest) return;
  await action();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, digest);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
