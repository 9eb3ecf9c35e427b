import { dirname, join } from 'node:path';
import { realpathSync } from 'node:fs';
import { GhwError } from '../domain/errors.ts';
import { hiddenEntries } from './hidden-entries.ts';
import { descendantsOf, sendSignal } from './process-table.ts';
import type { Cage, ConfinedCommand, Sandbox } from './sandbox.ts';

/**
 * No confinement by us: a process group of its own and an environment built from nothing, with all that this user may read
 * and write in reach. Only for those who spell it out. The tree shows no git repository.
 *
 * @param kind - `agent` where the agent is to hold its own tools
 */
export function createNoSandbox(kind: 'none' | 'agent' = 'none'): Sandbox {
  return {
    kind,
    user: null,
    inside,
    prepare: () => Promise.resolve(),
    confine,
    end,
    lastProcess: () => undefined,
    tidy: () => undefined,
  };
}

function inside(cage: Cage): { tree: string; home: string } {
  // The path as the process sees it with getcwd(), which is how a CLI names its session's folder.
  return { tree: realpathSync(cage.tree), home: cage.home };
}

function confine(file: string, args: readonly string[], cage: Cage): ConfinedCommand {
  const { tree, home } = inside(cage);
  const [shown] = hiddenEntries(cage);
  if (shown) {
    throw new GhwError(
      'WorkspaceFailed',
      `The repository brings ${shown.path}, which the agent would run as its own.`,
      {
        hint: 'Without bubblewrap it cannot be hidden: configure sandbox.kind auto, or another agent.',
        retryable: false,
      },
    );
  }
  const env = {
    HOME: home,
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    TMPDIR: '/tmp',
    // The tree may lie in somebody's checkout; git must not take that for the tree's repository.
    GIT_CEILING_DIRECTORIES: [dirname(tree), dirname(join(cage.tree))].join(':'),
    ...cage.env,
  };
  return { file, args, env, cwd: tree, detached: true };
}

function end(pid: number, how: 'gently' | 'now'): void {
  if (how === 'gently') {
    sendSignal(-pid, 'SIGTERM');
    return;
  }
  // Shell tools of some CLIs are in groups of their own; they are found as long as their parents live.
  const descendants = descendantsOf(pid);
  sendSignal(-pid, 'SIGKILL');
  for (const descendant of descendants) sendSignal(descendant.pid, 'SIGKILL');
}
