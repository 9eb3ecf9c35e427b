import { lstatSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { GhwError } from '../domain/errors.ts';
import type { Cage } from './sandbox.ts';

/**
 * What is there of the names that a cage hides. A link is followed: what it leads to is what has to be hidden.
 *
 * @throws GhwError `WorkspaceFailed` for a link that leads nowhere in the tree: inside, it may lead somewhere.
 */
export function hiddenEntries({ tree, hidden = [] }: Cage): { readonly path: string; readonly isDirectory: boolean }[] {
  return hidden
    .filter((name) => lstatSync(join(tree, name), { throwIfNoEntry: false }) !== undefined)
    .map((name) => {
      const path = targetOf(tree, name);
      if (path === null) {
        throw new GhwError('WorkspaceFailed', `${name} in the repository is a link that leads out of it.`, {
          hint: 'Replace the link by what it should lead to, or configure another agent.',
          retryable: false,
        });
      }
      return { path, isDirectory: statSync(join(tree, path)).isDirectory() };
    });
}

function targetOf(tree: string, name: string): string | null {
  try {
    const path = relative(realpathSync(tree), realpathSync(join(tree, name)));
    return path === '' || path.startsWith('..') ? null : path;
  } catch {
    return null;
  }
}
