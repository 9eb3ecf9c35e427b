import { randomUUID } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GhwError } from '../domain/errors.ts';
import { canonicalRepositoryName, isIssueNumber, isRepositoryName } from '../domain/repository-name.ts';

/** A folder below `issues_path`, whose parents are folders and no links. */
export interface Folder {
  readonly path: string;
}

/**
 * The names of the folders from `issues_path` to a repository, or to one of its issues. Two spellings of a repository
 * are one folder.
 *
 * @throws GhwError `InvalidInput` for what is no repository or no issue number
 */
export function folderNames(repository: string, number?: number): readonly string[] {
  if (!isRepositoryName(repository) || (number !== undefined && !isIssueNumber(number))) {
    const what = JSON.stringify(`${repository}${number === undefined ? '' : `#${String(number)}`}`);
    throw new GhwError('InvalidInput', `${what} names no folder for files: it is no repository or issue of GitHub.`);
  }
  return [...canonicalRepositoryName(repository).split('/'), ...(number === undefined ? [] : [String(number)])];
}

/**
 * The folder of those names; made where it is missing and `create` is set, else undefined.
 *
 * @throws GhwError `InvalidConfiguration` if one of them is a link or no folder; the system's errors
 */
export async function openFolder(
  root: string,
  names: readonly string[],
  { create }: { readonly create: boolean },
): Promise<Folder | undefined> {
  if (create) await mkdir(root, { recursive: true, mode: 0o700 });
  // Where `issues_path` itself leads is the user's choice; what lies below it is not.
  let path = await realpath(root).catch(absent);
  if (path === undefined) return undefined;
  for (const name of names) {
    path = join(path, name);
    if (create) await mkdir(path, { mode: 0o700 }).catch(unlessCode('EEXIST'));
    const found = await lstat(path).catch(absent);
    if (found === undefined) return undefined;
    if (!found.isDirectory()) {
      throw new GhwError(
        'InvalidConfiguration',
        `${path} is no folder${found.isSymbolicLink() ? ', but a link' : ''}; nothing is written there.`,
        {
          hint: 'Move it away, or set issues_path to a folder of its own: ghw config set issues_path <path>',
        },
      );
    }
  }
  return { path };
}

/** What stands where a file should: its text, `other` for a link or a folder, undefined for nothing. */
export async function readIn(folder: Folder, name: string): Promise<string | typeof other | undefined> {
  const path = join(folder.path, name);
  const found = await lstat(path).catch(absent);
  if (found === undefined) return undefined;
  if (!found.isFile()) return other;
  return readFile(path, 'utf8').catch(absent);
}
export const other = Symbol('not a file');

/**
 * Writes a file as a whole, or not at all; a link of that name is replaced, never followed. It is not flushed: what a
 * crash takes away is written again from the ledger.
 *
 * @throws the system's errors, such as ENOSPC; EISDIR if a folder has that name
 */
export async function writeIn(folder: Folder, name: string, text: string): Promise<void> {
  // Created exclusively under a random name: writers on several hosts never share it, and no link can wait there.
  const temporary = join(folder.path, `.${randomUUID()}.tmp`);
  let file: FileHandle | undefined;
  try {
    file = await open(temporary, 'wx', 0o600);
    await file.writeFile(text);
    await file.close();
    file = undefined;
    await rename(temporary, join(folder.path, name));
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Nobody takes this long to write a file. */
const LEFTOVER_AFTER_MS = 10 * 60_000;

/** Removes what writers that were killed have left half-written. */
export async function removeLeftovers(folder: Folder): Promise<void> {
  for (const name of await readdir(folder.path)) {
    if (!/^\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name)) continue;
    const path = join(folder.path, name);
    const found = await lstat(path).catch(absent);
    if (found && Date.now() - found.mtimeMs > LEFTOVER_AFTER_MS) await rm(path, { force: true });
  }
}

function absent(error: unknown): undefined {
  return unlessCode('ENOENT')(error);
}

function unlessCode(code: string): (error: unknown) => undefined {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === code) return undefined;
    throw error;
  };
}
