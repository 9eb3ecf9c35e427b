import { mkdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { GhwError } from '../domain/errors.ts';
import { shellWord } from '../domain/shell-word.ts';

/** A text file as it was found. */
export interface FoundFile {
  readonly text: string;
  /** False if the bytes are no UTF-8 text: then `text` is what can be made of them. */
  readonly isText: boolean;
  /** Where the path leads, if it is a link to nowhere: then there is no file. */
  readonly danglesTo: string | undefined;
  readonly exists: boolean;
}

/** How many links in a row are followed; as many as Linux does. */
const MOST_LINKS = 40;

/**
 * Reads a file that a person may have written; one that is missing counts as empty.
 *
 * @throws GhwError `InvalidConfiguration` if there is something that cannot be read as a file
 */
export async function readConfigFile(path: string): Promise<FoundFile> {
  try {
    const bytes = await readFile(path);
    return { ...decoded(bytes), exists: true, danglesTo: undefined };
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unreadable(path, error);
    const target = await endOfLinks(path).catch(() => path);
    return { text: '', isText: true, exists: false, danglesTo: target === path ? undefined : target };
  }
}

/**
 * Writes a file atomically. A new one is readable by its owner alone, an old one keeps its mode; a link stays a link,
 * and what it leads to is written. Folders are made as needed.
 *
 * @throws GhwError `InvalidConfiguration` if it cannot be written; `DiskFull`
 */
export async function writeConfigFile(path: string, content: string | Buffer): Promise<void> {
  const target = await changeable(path);
  try {
    const { default: writeFileAtomic } = await import('write-file-atomic');
    await writeFileAtomic(target, content, (await exists(target)) ? {} : { mode: 0o600 });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Makes the folder of a file, for its owner alone, where it is missing.
 *
 * @returns where the file's links lead
 * @throws GhwError `InvalidConfiguration` if no file can be written there; `DiskFull`
 */
export async function changeable(path: string): Promise<string> {
  try {
    const target = await endOfLinks(path);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const found = await stat(target).catch(() => undefined);
    if (found?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    // Whatever else is not a file, a device for one, must not be replaced by one.
    if (found !== undefined && !found.isFile()) throw Object.assign(new Error(), { code: 'EINVAL' });
    return target;
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** A file that cannot be changed, and what to do about it. */
export function unwritable(path: string, error: unknown): GhwError {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new GhwError('DiskFull', `${path} cannot be written: its disk has no room left. Nothing was changed.`, {
      hint: 'Free space on that disk, then try again.',
      cause: error,
    });
  }
  return new GhwError('InvalidConfiguration', `${path} cannot be written: ${reasons[code] ?? code}.`, {
    hint: hintFor(path, code) ?? 'Make its folder writable, or name another file with --config.',
    cause: error,
  });
}

function unreadable(path: string, error: unknown): GhwError {
  const code = codeOf(error);
  const permission = code === 'EACCES' ? `chmod u+rw ${shellWord(path)}` : undefined;
  return new GhwError('InvalidConfiguration', `${path} cannot be read: ${reasons[code] ?? code}.`, {
    hint: permission ?? hintFor(path, code) ?? 'Name another file with --config.',
    cause: error,
  });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a directory',
  EINVAL: 'it is no ordinary file',
  ENOTDIR: 'a part of its path is a file',
  EROFS: 'its file system is read-only',
  ELOOP: 'its links lead in a circle',
  EBUSY: 'it is in use, such as a file that is mounted into a container',
  ENAMETOOLONG: 'its name is too long',
};

function hintFor(path: string, code: string): string | undefined {
  if (code === 'EISDIR') return `mv ${shellWord(path)} ${shellWord(`${path}.old`)}`;
  if (code === 'ELOOP') return `rm ${shellWord(path)}`;
  if (code === 'EBUSY') return 'Mount its folder instead, or change the file where it comes from.';
  return undefined;
}

async function endOfLinks(path: string): Promise<string> {
  let at = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    const next = await readlink(at).catch((error: unknown) => {
      if (['EINVAL', 'ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
      throw error;
    });
    if (next === undefined) return at;
    at = resolve(dirname(at), next);
  }
  throw Object.assign(new Error(), { code: 'ELOOP' });
}

function decoded(bytes: Buffer): Pick<FoundFile, 'text' | 'isText'> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, isText: !text.includes('\0') };
  } catch {
    return { text: bytes.toString('utf8'), isText: false };
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** The system's code of an error, such as ENOENT. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
}
