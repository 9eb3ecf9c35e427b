import { lstat } from 'node:fs/promises';
import { git } from './git.ts';
import { sealGitDir } from './git-dir.ts';
import { below } from './places.ts';
import type { ChangedTreeFile, Workspace } from './workspace.ts';

/** See `git ls-files -t`. */
const kinds: Readonly<Record<string, ChangedTreeFile['change']>> = { '?': 'added', C: 'modified', R: 'deleted' };

/** Longer lists are cut by the caller's limit anyway. */
const MAX_BYTES = 4 * 1024 * 1024;

/** See `Workspaces.changedFiles`. Reads the index, and writes none. */
export async function listChangedFiles(
  { gitDir, tree }: Pick<Workspace, 'gitDir' | 'tree'>,
  limit: number,
): Promise<readonly ChangedTreeFile[]> {
  await sealGitDir(gitDir, 'worktree');
  const { stdout } = await git(['ls-files', '-t', '-z', '--others', '--modified', '--deleted', '--exclude-standard'], {
    gitDir,
    workTree: tree,
    maxBytes: MAX_BYTES,
    timeoutMs: 60_000,
  });
  const found = new Map<string, ChangedTreeFile>();
  for (let start = 0, end = stdout.indexOf(0); end >= 0; start = end + 1, end = stdout.indexOf(0, start)) {
    const change = kinds[stdout.toString('latin1', start, start + 1)];
    if (change === undefined) continue;
    const name = stdout.subarray(start + 2, end);
    const path = name.toString('utf8');
    const stat = change === 'deleted' ? undefined : await lstat(below(tree, name)).catch(() => undefined);
    // A deleted file is told of twice, once as modified.
    if (change === 'modified' && stat === undefined) continue;
    found.set(path, { path, change, mark: `${change} ${stat?.size ?? 0} ${stat?.mtimeMs ?? 0}` });
    if (found.size >= limit) break;
  }
  return [...found.values()];
}
