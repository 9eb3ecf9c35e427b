import type { Readable, Writable } from 'node:stream';

/** What a command reads and writes. Tests give their own. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: NodeJS.ProcessEnv;
}

/** True if a person sits there and can be asked. */
export function isInteractive(io: Io): boolean {
  // Node opens the standard input when it is looked at: last.
  return io.stdout.isTTY === true && !io.env.CI && io.stdin.isTTY === true;
}

/** True if the stream may show colours. @see https://no-color.org, https://force-color.org */
export function mayColor(io: Io, stream: 'stdout' | 'stderr'): boolean {
  const { FORCE_COLOR } = io.env;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return io[stream].isTTY === true && !io.env.NO_COLOR && io.env.TERM !== 'dumb';
}

/** Columns of the terminal behind a stream; undefined if it is none, or does not know its size. */
export function columnsOf({ isTTY, columns = 0 }: Io['stdout']): number | undefined {
  return isTTY === true && columns > 0 ? columns : undefined;
}
