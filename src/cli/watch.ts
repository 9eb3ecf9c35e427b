import { setTimeout as sleep } from 'node:timers/promises';
import { GhwError } from '../domain/errors.ts';
import type { CommandContext } from './context.ts';
import { Interrupted } from './interrupt.ts';
import { fit } from './width.ts';

/** What is shown at one moment. */
export interface Frame {
  /** Printed with `--json`, on one line, when it differs from the one before. */
  readonly value: unknown;
  /** For a terminal. */
  readonly text: () => string;
}

const EVERY_MS = 2_000;
/** To the terminal's other screen, without a cursor; and back. @see https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
const ERASE_LINE = '\u001B[K';
const ERASE_BELOW = '\u001B[J';
const CTRL_C = '\u0003';

/**
 * Shows something again and again: on a terminal, redrawn every two seconds until q; with `--json`, a line whenever it
 * has changed.
 *
 * @throws GhwError `InvalidInput` where there is neither; Interrupted after Ctrl-C
 */
export async function watch(context: CommandContext, look: () => Promise<Frame>): Promise<void> {
  if (context.out.json) return printChanges(context, look);
  if (!context.interactive) {
    throw new GhwError('InvalidInput', '--watch redraws a terminal, and there is none.', {
      hint: 'Add --json for a line whenever something changes.',
    });
  }
  return redraw(context, look);
}

async function printChanges({ io }: CommandContext, look: () => Promise<Frame>): Promise<void> {
  const { signal, release } = untilInterrupted();
  try {
    for (let before = ''; !signal.aborted; await pause(signal)) {
      const line = JSON.stringify((await look()).value);
      if (line !== before) io.stdout.write(`${line}\n`);
      before = line;
    }
  } finally {
    release();
  }
  throw new Interrupted();
}

async function redraw({ io, out }: CommandContext, look: () => Promise<Frame>): Promise<void> {
  const { signal, release, interrupt } = untilInterrupted();
  const quit = new AbortController();
  const stdin = io.stdin as NodeJS.ReadStream;
  const onKey = (keys: Buffer): void => {
    const text = keys.toString();
    if (text.includes(CTRL_C)) interrupt();
    else if (/[qQ]/.test(text)) quit.abort();
  };
  const ended = AbortSignal.any([signal, quit.signal]);
  stdin.setRawMode(true);
  stdin.on('data', onKey);
  io.stdout.write(ENTER);
  try {
    for (; !ended.aborted; await pause(ended)) {
      const frame = await look();
      const height = (io.stdout as NodeJS.WriteStream).rows - 1;
      const lines = frame.text().split('\n');
      const shown = lines.slice(0, height).map((line) => `${line}${ERASE_LINE}`);
      const more = lines.length > height ? `, ${String(lines.length - height)} lines below` : '';
      const status = out.colors.dim(fit(`${new Date().toTimeString().slice(0, 8)}, q quits${more}`, out.width ?? 80));
      io.stdout.write(`${HOME}${[...shown, `${status}${ERASE_LINE}`].join('\r\n')}${ERASE_BELOW}`);
    }
  } finally {
    release();
    stdin.off('data', onKey);
    stdin.setRawMode(false);
    stdin.pause();
    io.stdout.write(LEAVE);
  }
  if (signal.aborted) throw new Interrupted();
}

function untilInterrupted() {
  const controller = new AbortController();
  const interrupt = (): void => {
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const release = (): void => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
  return { signal: controller.signal, interrupt, release };
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
}
