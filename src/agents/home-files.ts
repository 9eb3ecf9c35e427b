import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, open, readlink, realpath, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { GhwError } from '../domain/errors.ts';

/** More than an artifact store in a database takes. */
const MAX_READ_BYTES = 64 * 1024 * 1024;

/**
 * A path in an agent's home, checked on the host. The agent can put a link anywhere in its home; following it would
 * read or write outside for the agent. No agent may run in this home meanwhile.
 *
 * @throws GhwError `WorkspaceFailed` if the path leaves the home or passes through a link.
 */
async function pathInHome(home: string, relative: string): Promise<string> {
  const parts = relative.split(sep);
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0')))
    throw unsafe(home, relative);
  let path = home;
  for (const part of parts) {
    path = join(path, part);
    const found = await lstatIfPresent(path);
    if (found?.isSymbolicLink() === true) throw unsafe(home, relative);
  }
  return path;
}

/** The path, if there is a regular file at it and nothing in between is a link; else null. */
export async function findInHome(home: string, relative: string): Promise<string | null> {
  const path = await pathInHome(home, relative).catch(() => null);
  if (path === null) return null;
  return (await lstatIfPresent(path))?.isFile() === true ? path : null;
}

/**
 * The bytes of a file in a home in which an agent may be running. The agent can put a link in the way between a look and
 * an opening; so it is the opened file that must be where it should.
 *
 * @returns null if there is no regular file at exactly that place, or a larger one than a session ever is
 */
export async function readInHome(home: string, relative: string): Promise<Buffer | null> {
  if ((await pathInHome(home, relative).catch(() => null)) === null) return null;
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(home, relative), flags).catch(() => null);
  if (file === null) return null;
  try {
    const found = await file.stat();
    // Where there is no /proc, the look before has to do.
    const place = await readlink(`/proc/self/fd/${file.fd}`).catch(() => null);
    if (place !== null && place !== join(await realpath(home), relative)) return null;
    return found.isFile() && found.size <= MAX_READ_BYTES ? await file.readFile() : null;
  } finally {
    await file.close();
  }
}

/** Writes a file into an agent's home, readable by its user alone. */
export async function writeInHome(home: string, relative: string, content: string): Promise<void> {
  const path = await makeRoom(home, relative);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}

/** Copies a host's file into an agent's home. */
export async function copyIntoHome(home: string, relative: string, source: string): Promise<void> {
  const path = await makeRoom(home, relative);
  await copyFile(source, path, constants.COPYFILE_EXCL);
  await chmod(path, 0o600);
}

async function makeRoom(home: string, relative: string): Promise<string> {
  const path = await pathInHome(home, relative);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rm(path, { recursive: true, force: true });
  return path;
}

async function lstatIfPresent(path: string): Promise<Awaited<ReturnType<typeof lstat>> | null> {
  try {
    return await lstat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

function unsafe(home: string, relative: string): GhwError {
  return new GhwError(
    'WorkspaceFailed',
    `The agent's home ${home} has a link or an unsafe name at ${JSON.stringify(relative)}.`,
    {
      hint: 'Remove the home; the session then begins anew.',
      retryable: false,
    },
  );
}
