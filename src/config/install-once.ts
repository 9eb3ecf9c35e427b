import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import { cacheDirectory } from './cache-directory.ts';

/**
 * How long the holder of the lock may be silent before it counts as dead, in milliseconds. The holder renews the lock
 * every half of it from a timer, so a long build does not lose it.
 */
const lockStaleMs = 20_000;

/** Waits for another process's installation, up to about half an hour. */
const lockRetries = { retries: 1800, factor: 1, minTimeout: 1000, maxTimeout: 1000 };

export interface InstallOptions {
  /** Where the cache is. Default: {@link cacheDirectory}. */
  readonly cache?: string;
}

/**
 * Where something of this name is, or would be, in the cache.
 *
 * @param name - a relative path that holds the version and, for binaries, the platform: what differs is another thing
 */
export function installedDirectory(name: string, options: InstallOptions = {}): string {
  return join(options.cache ?? cacheDirectory(), name);
}

/** True if {@link installOnce} has finished for this name, here or in another process. */
export async function isInstalled(name: string, options: InstallOptions = {}): Promise<boolean> {
  return await stat(installedDirectory(name, options)).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Installs something into the cache, once per machine however many processes ask at once: the others wait. The
 * directory appears whole or not at all.
 *
 * @param fill - writes into the empty directory that it is given; when it throws, nothing is kept
 * @returns the finished directory
 */
export async function installOnce(
  name: string,
  fill: (directory: string) => Promise<void>,
  options: InstallOptions = {},
): Promise<string> {
  const target = installedDirectory(name, options);
  if (await isInstalled(name, options)) return target;
  await mkdir(dirname(target), { recursive: true });
  const release = await lock(target, {
    realpath: false,
    stale: lockStaleMs,
    retries: lockRetries,
    // A machine that slept for a while loses the lock. The rename below still lets only one installation win.
    onCompromised: () => undefined,
  });
  try {
    if (!(await isInstalled(name, options))) await fillBeside(target, fill);
    return target;
  } finally {
    await release().catch(() => undefined);
  }
}

async function fillBeside(target: string, fill: (directory: string) => Promise<void>): Promise<void> {
  const prefix = `.${basename(target)}-`;
  const parent = dirname(target);
  // What a killed installation left; nobody else writes here while we hold the lock.
  const left = (await readdir(parent)).filter((entry) => entry.startsWith(prefix));
  await Promise.all(left.map((entry) => rm(join(parent, entry), { recursive: true, force: true })));
  const unfinished = await mkdtemp(join(parent, prefix));
  try {
    await fill(unfinished);
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
