import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Result } from 'execa';
import { cacheDirectory } from '../config/cache-directory.ts';
import { findOnPath } from '../config/find-on-path.ts';
import { installedDirectory, installOnce, isInstalled } from '../config/install-once.ts';
import { networkVariables, pickEnvironment } from '../config/pick-environment.ts';

export interface FindBubblewrapOptions {
  /** Take the distribution's package into the cache where there is none. False only looks. */
  readonly install: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** A `bwrap` that was seen to work on this machine, or a sentence on why there is none and what to do. */
export type FoundBubblewrap = { readonly path: string } | { readonly problem: string };

const probeTimeoutMs = 10_000;
const packageTimeoutMs = 120_000;

const cacheName = `bubblewrap/${process.platform}-${process.arch}`;

const remedy =
  'Install the package "bubblewrap" of your distribution, and allow unprivileged user namespaces ' +
  '(sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0).';

/**
 * Finds a working bubblewrap: on the PATH; in the cache; from the distribution's package (Debian, Ubuntu and their
 * kin), unpacked into the cache without touching the system. Each candidate must really run a program in namespaces.
 */
export async function findBubblewrap(options: FindBubblewrapOptions): Promise<FoundBubblewrap> {
  const { install, env = process.env } = options;
  if (process.platform !== 'linux') return { problem: 'Bubblewrap exists for Linux only.' };

  const tried: string[] = [];
  const onPath = await findOnPath('bwrap', env.PATH);
  if (onPath !== undefined) {
    const problem = await whyItDoesNotWork(onPath);
    if (problem === undefined) return { path: onPath };
    tried.push(`${onPath}: ${problem}`);
  } else {
    tried.push('no bwrap on the PATH');
  }

  const cache = { cache: cacheDirectory(env) };
  if (!(await isInstalled(cacheName, cache))) {
    if (!install) return notFound([...tried, 'none in the cache']);
    try {
      await installOnce(cacheName, (directory) => unpackPackage(directory, env), cache);
    } catch (error) {
      return notFound([...tried, error instanceof Error ? error.message : String(error)]);
    }
  }
  const path = join(installedDirectory(cacheName, cache), 'usr', 'bin', 'bwrap');
  const problem = await whyItDoesNotWork(path);
  return problem === undefined ? { path } : notFound([...tried, `${path}: ${problem}`]);
}

function notFound(tried: readonly string[]): FoundBubblewrap {
  return { problem: `Bubblewrap does not work here (${tried.join('; ')}). ${remedy}` };
}

/** Runs `true` in namespaces of every kind, as a cage does; undefined when that works. */
async function whyItDoesNotWork(path: string): Promise<string | undefined> {
  const missing = await missingLibraries(path);
  if (missing.length > 0) return `shared libraries are missing: ${missing.join(', ')}`;
  const namespaces = ['--unshare-all', '--die-with-parent', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev'];
  const probe = await execa(path, [...namespaces, 'true'], {
    env: pickEnvironment(),
    extendEnv: false,
    timeout: probeTimeoutMs,
    stdin: 'ignore',
    reject: false,
  });
  return probe.failed ? says(probe) : undefined;
}

async function missingLibraries(path: string): Promise<string[]> {
  const listing = await execa('ldd', [path], {
    env: pickEnvironment(),
    extendEnv: false,
    timeout: probeTimeoutMs,
    reject: false,
  });
  // Where ldd itself is missing, running the program tells as much.
  if (listing.failed) return [];
  return [...listing.stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
}

/** Downloads the package with apt, as any user, and unpacks it. Our own package lists are used where apt's are missing. */
async function unpackPackage(directory: string, env: NodeJS.ProcessEnv): Promise<void> {
  const run = async (file: string, args: readonly string[]): Promise<Result> => {
    return await execa(file, args, {
      cwd: directory,
      env: pickEnvironment(networkVariables, env),
      extendEnv: false,
      timeout: packageTimeoutMs,
      stdin: 'ignore',
      reject: false,
    });
  };
  const state = join(directory, 'apt');
  const own = ['-o', `Dir::State=${state}`, '-o', `Dir::Cache=${state}`, '-o', 'APT::Sandbox::User='];
  let download = await run('apt-get', ['download', 'bubblewrap']);
  if (download.failed && download.code !== 'ENOENT') {
    await run('apt-get', [...own, 'update']);
    download = await run('apt-get', [...own, 'download', 'bubblewrap']);
  }
  if (download.failed) throw new Error(`the distribution's package cannot be downloaded: ${says(download)}`);
  const archive = (await readdir(directory)).find((file) => file.endsWith('.deb'));
  const unpack = await run('dpkg-deb', ['--extract', archive ?? '', 'unpacked']);
  if (unpack.failed) throw new Error(`the distribution's package cannot be unpacked: ${says(unpack)}`);
  await rename(join(directory, 'unpacked', 'usr'), join(directory, 'usr'));
  await Promise.all(
    ['unpacked', 'apt', archive ?? ''].map((left) => rm(join(directory, left), { recursive: true, force: true })),
  );
}

function says(result: Result): string {
  if (result.timedOut) return 'it does not end';
  const stderr = typeof result.stderr === 'string' ? result.stderr : '';
  const last = stderr.trim().split('\n').at(-1);
  return last === undefined || last === '' ? (result.shortMessage ?? 'no message') : last;
}
