import { lstatSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { GhwError } from '../domain/errors.ts';
import { BRIDGE_PATH, bridgeScript, doorPath } from './bridge-script.ts';
import { enterCommand } from './enter.ts';
import { handOver } from './hand-over.ts';
import { hiddenEntries } from './hidden-entries.ts';
import { asset, systemArguments, type HostLayout } from './host-layout.ts';
import { processLimits } from './limits.ts';
import { readProcesses, sendSignal, type ProcessEntry } from './process-table.ts';
import type { Cage, ConfinedCommand, Sandbox } from './sandbox.ts';

/** Where things are for a process inside. Fixed, so that an agent's session fits on every host. */
const TREE = '/workspace';
const HOME = '/home/agent';
const GIT_DIR = '/workspace.git';
const USER_ID = '1000';

export interface BubblewrapOptions {
  /** The `bwrap` program. */
  readonly path: string;
  readonly host: HostLayout;
  /**
   * The user of this host that runs what is inside. A worker that is root has to say; any other can only be itself, which
   * is null.
   */
  readonly user?: number | null;
  /** False for an old bubblewrap or a kernel that cannot: limits of `/tmp`, and no further user namespaces inside. */
  readonly modern?: boolean;
}

/**
 * Confinement by bubblewrap: namespaces of its own for users, processes, IPC, the network and the host's name; a file
 * system that holds `/usr`, a minimal `/etc`, the tree, the home and what the cage lists; no capabilities; never root,
 * inside or outside. Ending the `bwrap` process, or its parent, ends every process inside with the namespace.
 *
 * The environment is handed to `bwrap` as its own and not by `--setenv`, because arguments are public on a host.
 */
export function createBubblewrapSandbox(options: BubblewrapOptions): Sandbox {
  const { host, user = null } = options;

  function confine(file: string, args: readonly string[], cage: Cage): ConfinedCommand {
    const command = [
      options.path,
      ...bubblewrapArguments(cage, options),
      '--',
      ...insideCommand([file, ...args], cage),
    ];
    const [first = '', ...rest] = enterCommand(command, { user, groups: cage.groups ?? [] });
    return {
      file: first,
      args: rest,
      env: { HOME, PATH: host.searchPath, TMPDIR: '/tmp', ...cage.env },
      cwd: '/',
      detached: false,
    };
  }

  return {
    kind: 'bubblewrap',
    user,
    inside: () => ({ tree: TREE, home: HOME }),
    prepare: async (cage) => {
      if (user !== null) await handOver(cage, user);
    },
    confine,
    end,
    lastProcess,
    tidy,
  };
}

function bubblewrapArguments(cage: Cage, options: BubblewrapOptions): string[] {
  const { host, modern = true } = options;
  const { tmpBytes } = cage.limits ?? {};
  const size = modern && tmpBytes != null ? ['--size', tmpBytes.toString()] : [];
  return [
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(cage.network === 'host' ? [] : ['--unshare-net']),
    ...(modern ? ['--disable-userns'] : []),
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...['--uid', USER_ID, '--gid', USER_ID, '--hostname', 'gh-worker'],
    ...systemArguments(host, size),
    ...['--bind', absolute(cage.home), HOME],
    ...[cage.treeWritable ? '--bind' : '--ro-bind', absolute(cage.tree), TREE],
    ...gitArguments(cage, host),
    ...hiddenEntries(cage).flatMap(({ path, isDirectory }) =>
      isDirectory
        ? ['--tmpfs', join(TREE, path), '--remount-ro', join(TREE, path)]
        : ['--ro-bind', '/dev/null', join(TREE, path)],
    ),
    ...cage.readOnlyPaths.flatMap((path) => ['--ro-bind', absolute(path), path]),
    ...doorArguments(cage, host),
    ...['--remount-ro', '/', '--chdir', TREE],
  ];
}

function doorArguments({ doors = [] }: Cage, host: HostLayout): string[] {
  if (doors.length === 0) return [];
  return [
    ...['--ro-bind', asset(host, 'bridge.cjs', bridgeScript), BRIDGE_PATH],
    ...doors.flatMap(({ port, socket }) => ['--ro-bind', absolute(socket), doorPath(port)]),
  ];
}

/** The command with what stands before it inside: limits that the kernel counts per process, and the doors. */
function insideCommand(command: readonly string[], { doors = [], limits }: Cage): string[] {
  const bridge = [
    process.execPath,
    BRIDGE_PATH,
    ...doors.map(({ port }) => `${port.toString()}=${doorPath(port)}`),
    '--',
  ];
  return [...processLimits(limits), ...(doors.length === 0 ? [] : bridge), ...command];
}

/** The git directory's own files cannot be changed, and neither can the link to it. */
function gitArguments(cage: Cage, host: HostLayout): string[] {
  const found = kindOf(join(cage.tree, '.git'));
  if (found === 'other') {
    throw new GhwError(
      'WorkspaceFailed',
      `The tree ${cage.tree} holds a .git that is neither a file nor a directory.`,
      {
        hint: 'Remove it: a working tree holds no git directory of its own.',
        retryable: false,
      },
    );
  }
  if (cage.gitDir === undefined) {
    if (found === 'absent') return [];
    return found === 'directory' ? ['--tmpfs', `${TREE}/.git`] : ['--ro-bind', '/dev/null', `${TREE}/.git`];
  }
  if (found === 'directory') {
    throw new GhwError('WorkspaceFailed', `The tree ${cage.tree} holds a git directory of its own.`, {
      hint: 'Remove it: the git directory lies outside the tree.',
      retryable: false,
    });
  }
  if (found === 'absent') writeFileSync(join(cage.tree, '.git'), '', { flag: 'wx' });
  const link = asset(host, 'gitlink', `gitdir: ${GIT_DIR}\n`);
  return ['--ro-bind', absolute(cage.gitDir), GIT_DIR, '--ro-bind', link, `${TREE}/.git`];
}

function end(pid: number, how: 'gently' | 'now'): void {
  if (how === 'now') {
    sendSignal(pid, 'SIGKILL');
    return;
  }
  // bwrap passes no signal on: dying of SIGTERM it would take all inside with it at once. Below it is the namespace's
  // first process, which is bwrap too, and below that the command.
  const processes = readProcesses();
  const inits = processes.filter((entry) => entry.parent === pid);
  const commands = inits.flatMap((init) => processes.filter((entry) => entry.parent === init.pid));
  if (commands.length === 0) sendSignal(pid, 'SIGKILL');
  for (const command of commands) sendSignal(command.pid, 'SIGTERM');
}

/** The namespace's first process. The kernel lets it go only when it has ended all the others. */
function lastProcess(pid: number): ProcessEntry | undefined {
  return readProcesses().find((entry) => entry.parent === pid);
}

function tidy(cage: Cage): void {
  const path = join(cage.tree, '.git');
  if (cage.gitDir === undefined || kindOf(path) !== 'file' || lstatSync(path).size > 0) return;
  rmSync(path);
}

function kindOf(path: string): 'absent' | 'file' | 'directory' | 'other' {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return 'absent';
  if (found.isFile()) return 'file';
  return found.isDirectory() ? 'directory' : 'other';
}

function absolute(path: string): string {
  if (isAbsolute(path) && !path.includes('\0') && path !== '/') return path;
  throw new GhwError('InvalidInput', `A cage shows absolute paths below the root, not ${JSON.stringify(path)}.`, {
    hint: 'Give the whole path.',
  });
}
