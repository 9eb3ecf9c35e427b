import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { GhwError } from '../domain/errors.ts';
import { entryScript } from './entry-script.ts';

/** Covered by a mount that only the cage's own processes see; the folder itself stays empty. */
const STAGE = '/tmp/gh-worker-stage';

/** Whose files every user may read, so that nothing has to be put anywhere. */
const open = ['/usr', '/etc', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/dev'];

const binds = new Set(['--bind', '--ro-bind', '--dev-bind']);

export interface Entry {
  /** The user of this host that the cage runs as; null to stay who we are. */
  readonly user: number | null;
  /** `cgroup.procs` files to join. */
  readonly groups: readonly string[];
}

/**
 * Bubblewrap's command line, with what has to be done before it.
 *
 * @param command - `bwrap` and its arguments, with the host's paths
 */
export function enterCommand(command: readonly string[], { user, groups }: Entry): string[] {
  if (user === null) {
    if (groups.length === 0) return [...command];
    return ['/bin/sh', '-c', entryScript, 'gh-worker', '-', ...groups, '--', '--', ...command];
  }
  makeStage();
  const { staged, sources } = stage(command);
  const id = user.toString();
  return [
    ...['unshare', '--mount', '--propagation', 'private', '--'],
    ...['/bin/sh', '-c', entryScript, 'gh-worker', STAGE, ...groups, '--', ...sources, '--'],
    ...['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', '--', ...staged],
  ];
}

/** The same command with paths that every user can reach, and what has to be there. */
function stage(command: readonly string[]): { readonly staged: string[]; readonly sources: string[] } {
  const sources: string[] = [];
  const reach = (path: string): string => {
    if (open.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))) return path;
    if (!sources.includes(path)) sources.push(path);
    return `${STAGE}/${sources.indexOf(path).toString()}`;
  };
  const end = command.indexOf('--');
  const staged = command.map((word, index) => {
    if (index === 0) return reach(word);
    return index < end && binds.has(command[index - 1] ?? '') ? reach(word) : word;
  });
  return { staged, sources };
}

function makeStage(): void {
  mkdirSync(STAGE, { recursive: true, mode: 0o755 });
  const found = lstatSync(STAGE);
  if (!found.isDirectory() || found.uid !== 0) {
    throw new GhwError('SandboxUnavailable', `${STAGE} is there and not ours.`, { hint: 'Remove it.' });
  }
  chmodSync(STAGE, 0o755);
}
