import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { readProcesses } from '../../src/sandbox/process-table.ts';
import type { Cage, ConfinedCommand, Sandbox } from '../../src/sandbox/sandbox.ts';

/** A tree and a home of their own, and their removal. */
export interface Scratch {
  readonly root: string;
  readonly cage: Cage;
  remove(): Promise<void>;
}

export async function makeScratch(): Promise<Scratch> {
  const root = await mkdtemp(join(tmpdir(), 'ghw-cage-'));
  const cage: Cage = {
    tree: join(root, 'tree'),
    home: join(root, 'home'),
    treeWritable: true,
    readOnlyPaths: [],
    env: {},
  };
  await mkdir(cage.tree);
  await mkdir(cage.home);
  return { root, cage, remove: async () => await rm(root, { recursive: true, force: true }) };
}

/** Runs a shell script inside and gives what it printed. */
export async function shell(
  sandbox: Sandbox,
  cage: Cage,
  script: string,
): Promise<{ stdout: string; stderr: string; exitCode: number | undefined }> {
  await sandbox.prepare(cage);
  const command = sandbox.confine('/bin/sh', ['-c', script], cage);
  const { file, args, env, cwd } = command;
  const { stdout, stderr, exitCode } = await execa(file, args, {
    env,
    extendEnv: false,
    cwd,
    stdin: 'ignore',
    reject: false,
  });
  return { stdout, stderr, exitCode };
}

export function spawnConfined(command: ConfinedCommand): ChildProcess {
  const { file, args, env, cwd, detached } = command;
  return spawn(file, args, { env, cwd, detached, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Waits until `condition` holds. Gives up in time for the test to say which wait it was. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 300_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${condition.toString()}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** Host pids of the processes, zombies aside, that have `mark` on their command line. */
export async function processesWith(mark: string): Promise<number[]> {
  const marked = await Promise.all(
    readProcesses()
      .filter((entry) => !entry.zombie)
      .map(async ({ pid }) => ({
        pid,
        line: await readFile(`/proc/${pid.toString()}/cmdline`, 'utf8').catch(() => ''),
      })),
  );
  return marked.filter(({ line }) => line.includes(mark)).map(({ pid }) => pid);
}
