import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { enclose } from '../sandbox/enclosure.ts';
import type { Cage, Sandbox } from '../sandbox/sandbox.ts';
import { errorCode } from './error-code.ts';
import { endMarked } from './process-identity.ts';

export interface ConfinedRun {
  readonly sandbox: Sandbox;
  readonly cage: Cage;
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Standard output and standard error, as they come. */
  readonly onOutput: (chunk: Buffer) => void;
}

export interface ConfinedEnd {
  /** Null if a signal ended it, or if it did not start. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** The system's code (`ENOENT`) if it did not start. */
  readonly startError: string | null;
  /** A limit of the cage that something inside ran into. */
  readonly exceeded: 'memory' | 'processes' | 'disk' | null;
}

/** In the environment of everything that runs here, so that all of it can be found and ended. */
const MARK = 'GHW_VALIDATES';
/** From asking to end until killing, in milliseconds. */
const GRACE_MS = 2_000;
/** How long a process that escaped may hold the output open, in milliseconds. */
const DRAIN_MS = 2_000;

/**
 * Runs a command to its end, or ends it at its time limit or the signal. Nothing that it started is left running, also if
 * an earlier worker was killed in the middle.
 */
export async function runConfined(run: ConfinedRun): Promise<ConfinedEnd> {
  const { sandbox, cage, command, signal } = run;
  signal.throwIfAborted();
  const [program = '', ...args] = command;
  const marked = { ...cage, env: { ...cage.env, [MARK]: cage.tree } };
  const endEscaped = (): void => endMarked(MARK, cage.tree);
  endEscaped();
  let pid = 0;
  const enclosure = await enclose(sandbox, marked, () => {
    if (pid > 0) sandbox.end(pid, 'now');
  });
  try {
    const confined = sandbox.confine(program, args, enclosure.cage);
    const { file, env, cwd, detached } = confined;
    const child = spawn(file, confined.args, { env: { ...env }, cwd, detached, stdio: ['ignore', 'pipe', 'pipe'] });
    const startError = await started(child);
    if (startError !== null) return { exitCode: null, timedOut: false, startError, exceeded: null };
    pid = child.pid ?? 0;
    const end = await watch(child, run, () => {
      if (detached) sandbox.end(pid, 'now');
      endEscaped();
    });
    signal.throwIfAborted();
    return { ...end, exceeded: enclosure.exceeded() };
  } finally {
    await enclosure.close();
    sandbox.tidy(marked);
  }
}

async function started(child: ChildProcess): Promise<string | null> {
  try {
    if (child.pid === undefined) await once(child, 'spawn');
    child.on('error', () => undefined);
    return null;
  } catch (error) {
    return errorCode(error) ?? 'unknown';
  }
}

async function watch(
  child: ChildProcess,
  run: ConfinedRun,
  endRest: () => void,
): Promise<Omit<ConfinedEnd, 'exceeded'>> {
  const { sandbox, signal, timeoutMs, onOutput } = run;
  const pid = child.pid ?? 0;
  const drained = Promise.all([read(child.stdout, onOutput), read(child.stderr, onOutput)]);
  let timedOut = false;
  let kill: NodeJS.Timeout | undefined;
  function end(): void {
    sandbox.end(pid, 'gently');
    kill ??= setTimeout(() => sandbox.end(pid, 'now'), GRACE_MS);
  }
  const limit = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    endRest();
    await Promise.race([drained, sleep(DRAIN_MS, undefined, { ref: false })]);
    return { exitCode: timedOut ? null : exitCode, timedOut, startError: null };
  } finally {
    clearTimeout(limit);
    clearTimeout(kill);
    signal.removeEventListener('abort', end);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

async function read(stream: Readable | null, onOutput: (chunk: Buffer) => void): Promise<void> {
  stream?.on('data', onOutput).on('error', () => undefined);
  await new Promise<void>((done) => (stream ? stream.once('close', () => done()) : done()));
}
