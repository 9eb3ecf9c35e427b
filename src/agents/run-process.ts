import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { waitUntilGone, type ProcessEntry } from '../sandbox/process-table.ts';
import type { ConfinedCommand, Sandbox } from '../sandbox/sandbox.ts';
import type { AgentLimits } from './agent.ts';
import { readLines } from './read-lines.ts';

/** Why we ended a process ourselves. */
export type StopReason = 'abort' | 'idle' | 'wall_clock' | 'output' | 'turns' | 'trouble' | 'budget' | 'disk';

/** How a process ended. */
export interface ProcessOutcome {
  /** Null if a signal ended it, or if it never started. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Null if it ended by itself. */
  readonly stopped: StopReason | null;
  /** The system's code (`ENOENT`) if it could not be started. */
  readonly startError: string | null;
  /** The end of its standard error. */
  readonly stderrTail: string;
}

export interface ProcessRequest {
  readonly command: ConfinedCommand;
  readonly sandbox: Sandbox;
  readonly stdin: string;
  readonly limits: Pick<AgentLimits, 'wallClockMs' | 'idleMs' | 'outputBytes'>;
  /** From asking it to end until killing it, in milliseconds; default {@link END_GRACE_MS}. */
  readonly graceMs?: number | undefined;
  readonly signal: AbortSignal;
  readonly onProcess?: ((pid: number) => void) | undefined;
  /** Called in order for every line of standard output; the next waits for it. */
  readonly onLine: (line: string) => Promise<void>;
  /** Called for every line of standard error. */
  readonly onErrorLine?: ((line: string) => void) | undefined;
  /** Asked after every line: why the agent has to end, or null. */
  readonly isOver?: () => StopReason | null;
  /** Called once the process is there, with what ends it for a reason of the caller's. */
  readonly onStop?: (stop: (reason: StopReason) => void) => void;
  /** True while silence is expected, because a tool of the agent runs. The wall clock goes on. */
  readonly silenceExpected: () => boolean;
}

/** From SIGTERM until SIGKILL: long enough for a CLI to save its session. */
const END_GRACE_MS = 5_000;

/** What is kept of standard error, in characters. */
const STDERR_TAIL = 8_192;

/** How long a descendant that left the process group may hold our pipes open once the process is gone. */
const DRAIN_SILENCE_MS = 2_000;

/** How long the kernel is given to end a namespace whose first process is ending. It takes milliseconds. */
const NAMESPACE_END_MS = 5_000;

/**
 * Runs a process to its end, whatever that is: it is ended for its silence, its age, its amount of output or an abort,
 * first gently and then at once. When this settles, nothing in its namespace writes any more. Never throws for what the
 * process does.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessOutcome> {
  if (request.signal.aborted) return unstarted(null, 'abort');
  const child = await start(request.command);
  if (typeof child === 'string') return unstarted(child, null);
  const pid = child.pid ?? 0;
  request.onProcess?.(pid);

  const watch = watchProcess(pid, request);
  request.onStop?.(watch.stop);
  let root: ProcessEntry | undefined;
  const endIfOver = (): void => {
    const reason = request.isOver?.() ?? null;
    if (reason !== null) watch.stop(reason);
  };
  const stderr = keepTail(child, watch.heard, (line) => {
    request.onErrorLine?.(line);
    endIfOver();
  });
  feed(child.stdin, request.stdin);
  const reading = readLines(child.stdout, {
    maxBytes: request.limits.outputBytes,
    onBytes: () => {
      // Once there is output, there is whoever wrote it, and all that it may leave behind has the same root.
      root ??= request.sandbox.lastProcess(pid);
      watch.heard();
    },
    onExceeded: () => watch.stop('output'),
    onLine: async (line) => {
      await request.onLine(line);
      endIfOver();
    },
  });
  // A line that we cannot take is our fault: the process goes at once, and the caller hears of it below.
  reading.catch(() => request.sandbox.end(pid, 'now'));
  try {
    const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    watch.exited();
    const drained = Promise.all([reading, stderr.ended]);
    // A namespace takes all that could hold the pipes with it; a process group does not.
    if (request.command.detached) {
      request.sandbox.end(pid, 'now');
      await Promise.race([drained, watch.silence(DRAIN_SILENCE_MS)]);
      child.stdout.destroy();
      child.stderr.destroy();
    }
    await drained;
    if (root) await waitUntilGone([root], NAMESPACE_END_MS);
    return { exitCode, signal, stopped: watch.reason(), startError: null, stderrTail: stderr.text() };
  } finally {
    watch.exited();
  }
}

function unstarted(startError: string | null, stopped: StopReason | null): ProcessOutcome {
  return { exitCode: null, signal: null, stopped, startError, stderrTail: '' };
}

/** The process, or the system's code for why there is none. */
async function start(command: ConfinedCommand): Promise<ChildProcessWithoutNullStreams | string> {
  const { file, args, env, cwd, detached } = command;
  try {
    const child = spawn(file, args, { env, cwd, detached, stdio: 'pipe' });
    if (child.pid === undefined) await once(child, 'spawn');
    child.on('error', () => undefined);
    return child;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** A process may end without reading its input; what it made of it shows in how it ends. */
function feed(input: Writable, text: string): void {
  input.on('error', () => undefined);
  input.end(text);
}

function keepTail(
  child: ChildProcessWithoutNullStreams,
  heard: () => void,
  onLine: (line: string) => void,
): { text: () => string; ended: Promise<void> } {
  let tail = '';
  let pending = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    heard();
    tail = (tail + text).slice(-STDERR_TAIL);
    const lines = (pending + text).split('\n');
    // A line without an end is of no use to anybody, and must not fill the memory.
    pending = (lines.pop() ?? '').slice(-STDERR_TAIL);
    for (const line of lines) onLine(line);
  });
  child.stderr.on('error', () => undefined);
  const ended = new Promise<void>((done) => child.stderr.once('close', done));
  return { text: () => tail, ended };
}

interface Watch {
  readonly heard: () => void;
  readonly stop: (reason: StopReason) => void;
  readonly exited: () => void;
  readonly reason: () => StopReason | null;
  /** Settles when nothing was heard for so long. */
  readonly silence: (ms: number) => Promise<void>;
}

function watchProcess(pid: number, request: ProcessRequest): Watch {
  const { limits, sandbox, signal } = request;
  const startedAt = performance.now();
  let heardAt = startedAt;
  let reason: StopReason | null = null;
  let kill: NodeJS.Timeout | undefined;

  function stop(because: StopReason): void {
    if (reason !== null) return;
    reason = because;
    sandbox.end(pid, 'gently');
    kill = setTimeout(() => sandbox.end(pid, 'now'), request.graceMs ?? END_GRACE_MS);
  }

  function look(): void {
    const now = performance.now();
    if (request.silenceExpected()) heardAt = now;
    if (now - startedAt > limits.wallClockMs) stop('wall_clock');
    else if (now - heardAt > limits.idleMs) stop('idle');
  }

  const onAbort = (): void => stop('abort');
  signal.addEventListener('abort', onAbort, { once: true });
  const ticker = setInterval(look, Math.max(10, Math.min(1_000, limits.idleMs / 4, limits.wallClockMs / 4)));

  return {
    heard: () => {
      heardAt = performance.now();
    },
    stop,
    reason: () => reason,
    exited: () => {
      clearInterval(ticker);
      clearTimeout(kill);
      signal.removeEventListener('abort', onAbort);
    },
    silence: async (ms) => {
      heardAt = performance.now();
      while (performance.now() - heardAt < ms) await new Promise((done) => setTimeout(done, ms / 10).unref());
    },
  };
}
