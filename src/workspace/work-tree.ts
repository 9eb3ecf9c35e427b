import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.ts';
import { removeGitEntries } from './tree-guard.ts';

export interface TreePlace {
  readonly gitDir: string;
  readonly tree: string;
}

/**
 * Makes a tree exactly that of a commit: tracked files as they were, everything else gone but what is ignored. No filter
 * runs, so files of Git LFS stay pointers.
 *
 * @param trustIndex - false if an earlier reset may have been killed: then every file is written anew.
 */
export async function resetTree({ gitDir, tree }: TreePlace, oid: string, trustIndex: boolean): Promise<void> {
  await removeGitEntries(tree);
  if (!trustIndex) await rm(join(gitDir, 'index'), { force: true });
  const place = { gitDir, workTree: tree };
  await git(['update-ref', '--no-deref', 'HEAD', oid], place);
  await git(['reset', '--hard', '--quiet'], place);
  await git(['clean', '-ffdq'], place);
}

/** What `git diff` in the tree is seen against. New files count as changes too (`--intent-to-add`). */
export async function compareWith({ gitDir, tree }: TreePlace, oid: string): Promise<void> {
  const place = { gitDir, workTree: tree };
  await git(['update-ref', '--no-deref', 'HEAD', oid], place);
  await git(['reset', '--mixed', '--intent-to-add', '--quiet'], place);
}
