import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { constants } from 'node:os';
import { delimiter, isAbsolute } from 'node:path';
import { findOnPath } from '../config/find-on-path.ts';
import { GhwError } from '../domain/errors.ts';

const PREFIX = 'ghw-';
const plugInName = /^[A-Za-z0-9][A-Za-z0-9-]*$/;

/** A program on the PATH that is a command of ours: `ghw-<name>`. */
export interface PlugIn {
  readonly name: string;
  readonly path: string;
}

/** The plug-in of this name; the first on the PATH, as a shell would take it. */
export async function findPlugIn(name: string, env: NodeJS.ProcessEnv): Promise<PlugIn | undefined> {
  if (!plugInName.test(name)) return undefined;
  const path = await findOnPath(`${PREFIX}${name}`, env.PATH ?? '');
  return path === undefined ? undefined : { name, path };
}

/** All plug-ins on the PATH, by name. */
export async function listPlugIns(env: NodeJS.ProcessEnv): Promise<readonly PlugIn[]> {
  const directories = (env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const files = await Promise.all(directories.map((directory) => readdir(directory).catch(() => [])));
  const names = new Set(files.flat().filter((file) => file.startsWith(PREFIX)));
  const found = await Promise.all([...names].map((file) => findPlugIn(file.slice(PREFIX.length), env)));
  return found.filter((plugIn) => plugIn !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The terminal gives these to the plug-in as well; it decides. */
const ofTerminal = ['SIGINT', 'SIGQUIT'] as const;
/** These come to us alone. */
const passedOn = ['SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a plug-in in our place: our terminal, environment and signals are its own.
 *
 * @returns its exit code. If a signal ended it, the same signal ends us.
 * @throws GhwError `InvalidInput` if it cannot be started
 */
export async function runPlugIn({ path }: PlugIn, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [code, signal] = await ended(path, args, env);
  if (signal === null) return code ?? 1;
  process.kill(process.pid, signal);
  return 128 + constants.signals[signal];
}

async function ended(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<readonly [number | null, NodeJS.Signals | null]> {
  // Plain spawn: whatever loads slower would only be in a plug-in's way.
  const child = spawn(path, args, { stdio: 'inherit', env });
  const ignore = (): void => undefined;
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ofTerminal) process.on(signal, ignore);
  for (const signal of passedOn) process.on(signal, pass);
  try {
    return (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  } catch (error) {
    throw new GhwError('InvalidInput', `The plug-in ${path} cannot be started: ${String(error)}`, {
      hint: 'Is it a program, or a script whose first line names one that is there?',
      cause: error,
    });
  } finally {
    for (const signal of ofTerminal) process.off(signal, ignore);
    for (const signal of passedOn) process.off(signal, pass);
  }
}
