import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { pickEnvironment } from '../../config/pick-environment.ts';

/** How long a guarded program may take to end after SIGTERM, in milliseconds. */
const graceMs = 10_000;

/**
 * What runs between us and the program, as a Node process of its own: when our end of its standard input closes -
 * because we closed it, or because we died, however we died - it ends the program. Written without imports because its
 * text is what is run.
 */
async function guard(): Promise<void> {
  const { spawn: start } = await import('node:child_process');
  process.title = 'ghw guardian';
  const [graceText = '', file = '', ...args] = process.argv.slice(1);
  const child = start(file, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const end = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), Number(graceText)).unref();
  };
  process.stdin.on('end', end).on('error', end).resume();
  process.on('SIGTERM', end).on('SIGINT', end);
  child.on('error', () => process.exit(127));
  child.on('exit', (code) => process.exit(code ?? 1));
}

/** A program that lives no longer than we do. */
export interface GuardedProcess {
  /** Settles when the program has ended, for whatever reason, with its exit code (1 where a signal ended it). */
  readonly exited: Promise<number>;
  /** Asks the program to end, insists after ten seconds, and returns when it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a program in a session of its own, so that Ctrl-C in a terminal reaches us and not the program, and under a
 * guardian that ends it when we are gone, also by SIGKILL.
 *
 * @param log - where its output goes
 */
export function startGuarded(file: string, args: readonly string[], log: FileHandle): GuardedProcess {
  const script = `(${guard.toString()})()`;
  const guardian = spawn(process.execPath, ['--eval', script, '--', String(graceMs), file, ...args], {
    detached: true,
    env: pickEnvironment(),
    stdio: ['pipe', log.fd, log.fd],
  });
  const exited = endOf(guardian);
  // The pipe breaks when the program ends first; `exited` tells that.
  guardian.stdin?.on('error', () => undefined);
  return {
    exited,
    async stop() {
      guardian.stdin?.end();
      await exited;
    },
  };
}

async function endOf(guardian: ChildProcess): Promise<number> {
  const [code] = (await once(guardian, 'exit')) as [number | null];
  return code ?? 1;
}
