import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '../artifacts/store.ts';
import { importBundle, readChangeHeader, withBundle } from './bundle.ts';
import { removeLeftovers, sealGitDir } from './git-dir.ts';
import { git } from './git.ts';
import { ensureMirror, missingCommits } from './mirror.ts';
import { existingDirectory, removeTree, type Places } from './places.ts';
import type { RemoteAccess } from './remote.ts';
import type { BundledCommit } from './workspace.ts';

export interface CommitSource {
  readonly places: Places;
  readonly access: RemoteAccess;
  readonly artifacts: ArtifactStore;
}

/**
 * Makes a workspace's git directory, or mends it, so that it has the base and the bundled commits. The remote is asked only
 * if neither it nor the mirror has what is needed.
 *
 * @returns false if the directory was made anew: then its index is empty.
 */
export async function ensureCommits(
  dir: string,
  source: CommitSource,
  baseOid: string,
  bundled: readonly BundledCommit[],
): Promise<boolean> {
  const gitDir = join(dir, 'git');
  const kept = await openGitDir(dir);
  const wanted = kept ? await missingCommits(gitDir, [baseOid]) : [baseOid];
  await fromMirror(gitDir, source, kept, wanted);
  for (const commit of bundled) await ensureBundled(gitDir, source, commit);
  return kept;
}

/** True if there is one that git understands. */
async function openGitDir(dir: string): Promise<boolean> {
  const gitDir = await existingDirectory(dir, 'git');
  if (!gitDir) return false;
  await sealGitDir(gitDir, 'worktree');
  await removeLeftovers(gitDir);
  return (await git(['rev-parse', '--git-dir'], { gitDir, answers: [0, 128] })).exitCode === 0;
}

async function fromMirror(gitDir: string, source: CommitSource, kept: boolean, oids: readonly string[]): Promise<void> {
  if (oids.length === 0) return;
  await ensureMirror(source.places, source.access, oids, async (mirror) => {
    if (kept) await copyCommits(gitDir, mirror.gitDir);
    else await cloneMirror(gitDir, mirror.gitDir);
  });
}

async function copyCommits(gitDir: string, mirror: string): Promise<void> {
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--force'];
  await git(['fetch', ...quiet, '--', mirror, '+refs/ghw/*:refs/ghw/*'], { gitDir });
}

/** Hard links where the file system has them; whole either way, borrowing nothing from the mirror. */
async function cloneMirror(gitDir: string, mirror: string): Promise<void> {
  const unfinished = `${gitDir}.new`;
  await removeTree(unfinished);
  await removeTree(gitDir);
  await git(['clone', '--quiet', '--local', '--mirror', '--template=', '--', mirror, unfinished]);
  await sealGitDir(unfinished, 'worktree');
  await rename(unfinished, gitDir);
}

async function ensureBundled(gitDir: string, source: CommitSource, commit: BundledCommit): Promise<void> {
  if ((await missingCommits(gitDir, [commit.oid])).length === 0) return;
  await withBundle(source.artifacts, commit.bundle, source.places.scratch, async (file) => {
    const header = await readChangeHeader(file, commit.oid);
    await fromMirror(gitDir, source, true, await missingCommits(gitDir, header.prerequisites));
    await importBundle(gitDir, file, header);
  });
}
