import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { GhwError } from '../domain/errors.ts';
import { git, GitFailure } from './git.ts';
import { removeLeftovers, sealGitDir } from './git-dir.ts';
import { withLock } from './lock.ts';
import { existingDirectory, mirrorSteps, realDirectory, removeTree, type Places } from './places.ts';
import { checkedRemoteUrl, remoteGit, type RemoteAccess } from './remote.ts';

/** How long to wait for another process that fetches the same repository: as long as a first fetch may take. */
const LOCK_WAIT_MS = 30 * 60_000;
/** Every fetch leaves a pack; so many are made into one. */
const MAX_PACKS = 40;

/** A bare copy of a remote on this host, shared by all its issues. */
export interface Mirror {
  readonly gitDir: string;
}

/**
 * Makes sure that the mirror has these commits with all that they stand on, fetching the default branch, and then the
 * commits themselves, only if one is missing. One process fetches at a time; what a killed one left is cleared away, and a
 * mirror that is broken is made anew.
 *
 * `use`, if given, runs while nobody else changes the mirror.
 *
 * @throws GhwError `WorkspaceFailed` if the remote does not give them, or by its HTTP status; see `remoteGit`.
 */
export async function ensureMirror<T>(
  places: Places,
  access: RemoteAccess,
  oids: readonly string[],
  use: (mirror: Mirror) => Promise<T>,
): Promise<T> {
  const { remote, signal } = access;
  checkedRemoteUrl(remote);
  const steps = mirrorSteps(remote.repository);
  const lock = join(places.locks, 'mirrors', ...steps);
  return await withLock(
    lock,
    { what: `the mirror of ${remote.repository}`, waitMs: LOCK_WAIT_MS, signal },
    async () => {
      const gitDir = await realDirectory(places.mirrors, ...steps);
      await openMirror(gitDir);
      if ((await missingCommits(gitDir, oids)).length > 0) await fetchRepairing(gitDir, access, oids);
      await utimes(gitDir, new Date(), new Date());
      return await use({ gitDir });
    },
  );
}

/** Those of the commits that a git directory does not have. */
export async function missingCommits(gitDir: string, oids: readonly string[]): Promise<string[]> {
  const missing = [];
  for (const oid of oids) {
    const { exitCode } = await git(['cat-file', '-e', `${oid}^{commit}`], { gitDir, answers: [0, 1, 128] });
    if (exitCode !== 0) missing.push(oid);
  }
  return missing;
}

/** Empties the mirror if it is broken, so that the next use fetches it anew. Reads all of it. */
export async function repairMirror(places: Places, { remote, signal }: RemoteAccess): Promise<void> {
  const steps = mirrorSteps(remote.repository);
  const lock = join(places.locks, 'mirrors', ...steps);
  await withLock(lock, { what: `the mirror of ${remote.repository}`, waitMs: LOCK_WAIT_MS, signal }, async () => {
    const gitDir = await existingDirectory(places.mirrors, ...steps);
    if (gitDir && !(await isIntact(gitDir))) await emptyDirectory(gitDir);
  });
}

/** Whether all that the references of a bare repository stand on can be read. Reads every pack once. */
async function isIntact(gitDir: string): Promise<boolean> {
  const broken = { gitDir, answers: [0, 1, 128] };
  const walk = await git(['rev-list', '--objects', '--all', '--quiet'], broken);
  if (walk.exitCode !== 0) return false;
  const packs = (await packNames(gitDir)).map((name) => join(gitDir, 'objects', 'pack', name));
  return packs.length === 0 || (await git(['verify-pack', ...packs], broken)).exitCode === 0;
}

/** Makes the mirror if there is none, and clears away what a killed git left in it. */
async function openMirror(gitDir: string): Promise<void> {
  const { exitCode } = await git(['rev-parse', '--git-dir'], { gitDir, answers: [0, 128] });
  if (exitCode !== 0) {
    await emptyDirectory(gitDir);
    await git(['init', '--quiet', '--bare', '--template=', gitDir]);
  }
  await sealGitDir(gitDir, 'bare');
  await removeLeftovers(gitDir);
}

async function fetchRepairing(gitDir: string, access: RemoteAccess, oids: readonly string[]): Promise<void> {
  const { remote } = access;
  try {
    return await fetchCommits(gitDir, access, oids);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    if (error.timedOut || (await isIntact(gitDir))) throw fetchFailed(remote.repository, error);
  }
  await emptyDirectory(gitDir);
  await openMirror(gitDir);
  try {
    await fetchCommits(gitDir, access, oids);
  } catch (error) {
    throw error instanceof GitFailure ? fetchFailed(remote.repository, error) : error;
  }
}

async function fetchCommits(gitDir: string, access: RemoteAccess, oids: readonly string[]): Promise<void> {
  const { remote } = access;
  const command = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--force', '--', remote.url];
  await remoteGit(access, 'git-upload-pack', [...command, '+HEAD:refs/ghw/head'], { gitDir });
  const missing = await missingCommits(gitDir, oids);
  // A commit that is no longer on the default branch, such as one from before a forced push, must be asked for by name.
  const byName = missing.map((oid) => `+${oid}:refs/ghw/commits/${oid}`);
  if (byName.length > 0) await remoteGit(access, 'git-upload-pack', [...command, ...byName], { gitDir });
  if ((await packNames(gitDir)).length > MAX_PACKS) await git(['repack', '-A', '-d', '--quiet'], { gitDir });
}

function fetchFailed(repository: string, cause: GitFailure): GhwError {
  return new GhwError('WorkspaceFailed', `${repository} could not be fetched: ${cause.message}`, {
    hint: 'It is tried again by itself; if it stays so, try `git fetch` of that repository on this host.',
    cause,
  });
}

async function packNames(gitDir: string): Promise<string[]> {
  const names = await readdir(join(gitDir, 'objects', 'pack')).catch(() => []);
  return names.filter((name) => name.endsWith('.pack'));
}

async function emptyDirectory(directory: string): Promise<void> {
  for (const name of await readdir(directory)) await removeTree(join(directory, name));
}
