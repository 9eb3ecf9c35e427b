import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { AgentTask } from './agent.ts';

/**
 * Where a change under review brings files that its reviewer would take for instructions; nowhere while the tree is the
 * base branch's and the agent's own.
 *
 * @param names - of files, in any folder
 * @returns paths below the tree
 */
export async function instructionsUnderReview(
  { cage, phase }: AgentTask,
  names: readonly string[],
): Promise<readonly string[]> {
  if (phase !== 'review') return [];
  const entries = await readdir(cage.tree, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => names.includes(entry.name) && !entry.isDirectory())
    .map(({ name, parentPath }) => relative(cage.tree, join(parentPath, name)));
}
