import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { removeTree } from './places.ts';

/** What could make git run or read something else, and that we never use. */
const unwanted: readonly string[] = ['hooks', 'info', 'worktrees', 'modules', 'config.worktree', 'commondir', 'gitdir'];
const borrowed: readonly string[] = ['objects/info/alternates', 'objects/info/http-alternates'];

/**
 * Puts a git directory's configuration back to ours, so that nothing which was written there since has an effect.
 *
 * @param kind - `bare`, or `worktree` for one whose tree lies elsewhere. No `core.worktree`: a sandbox shows the tree at
 * another place.
 */
export async function sealGitDir(gitDir: string, kind: 'bare' | 'worktree'): Promise<void> {
  for (const name of [...unwanted, ...borrowed]) await removeTree(join(gitDir, name));
  const config = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = ${String(kind === 'bare')}
\tlogallrefupdates = false
\tautocrlf = false
\thooksPath = /dev/null
\tfsmonitor = false
[gc]
\tauto = 0
`;
  await writeFileAtomic(join(gitDir, 'config'), config, { mode: 0o600 });
}

/** Removes the lock files and unfinished packs of a git that was killed. Only for who holds the directory's lock. */
export async function removeLeftovers(gitDir: string): Promise<void> {
  for (const name of await namesIn(gitDir)) if (name.endsWith('.lock')) await rm(join(gitDir, name), { force: true });
  const packs = join(gitDir, 'objects', 'pack');
  for (const name of await namesIn(packs)) {
    if (/^(?:\.?tmp[-_]|pack-.*\.keep$)/.test(name)) await rm(join(packs, name), { force: true });
  }
  for (const name of await namesIn(join(gitDir, 'objects'))) {
    if (/^(?:tmp_|incoming-)/.test(name)) await removeTree(join(gitDir, 'objects', name));
  }
  await removeLocksBelow(join(gitDir, 'refs'));
}

async function removeLocksBelow(directory: string): Promise<void> {
  for (const name of await namesIn(directory)) {
    const path = join(directory, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory()) await removeLocksBelow(path);
    else if (name.endsWith('.lock')) await rm(path, { force: true });
  }
}

async function namesIn(directory: string): Promise<string[]> {
  return await readdir(directory).catch(() => []);
}
