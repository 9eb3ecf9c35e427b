import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { run } from '../../src/cli/run.ts';

/** What a command left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled command, as the package installs it. */
export const main = join(import.meta.dirname, '..', '..', 'dist', 'ghw.cjs');

/** Runs a command in this process, with a home of its own and no terminal. */
export async function ghw(args: readonly string[], home: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  stdin.end();
  const outputs = Promise.all([text(stdout), text(stderr)]);
  const code = await run(args, { stdin, stdout, stderr, env: { HOME: home, ...env } });
  stdout.end();
  stderr.end();
  const [out, error] = await outputs;
  return { code, stdout: out, stderr: error };
}

/** Starts the compiled command as a process with an environment made from nothing. */
export function spawnGhw(args: readonly string[], home: string) {
  return execa(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: home },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
  });
}

/** A home directory for one test; `remove` it afterwards. */
export async function temporaryHome(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'ghw-cli-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
