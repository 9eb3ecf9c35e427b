import { lstatSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { GhwError } from '../domain/errors.ts';
import type { Cage } from './sandbox.ts';

interface HiddenEntry {
  readonly path: string;
  readonly isDirectory: boolean;
}

/**
 * What is there of the names that a cage hides, each once, and nothing below what is hidden itself. A link is followed:
 * what it leads to is what has to be hidden.
 *
 * @throws GhwError `WorkspaceFailed` for a link that leads nowhere in the tree: inside, it may lead somewhere.
 */
export function hiddenEntries(cage: Cage): HiddenEntry[] {
  const entries = new Map(found(cage).map((entry) => [entry.path, entry]));
  return [...entries.values()].filter(({ path }) => !parentsOf(path).some((parent) => entries.has(parent)));
}

function parentsOf(path: string): string[] {
  const parts = path.split(sep);
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join(sep));
}

function found({ tree, hidden = [] }: Cage): HiddenEntry[] {
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
