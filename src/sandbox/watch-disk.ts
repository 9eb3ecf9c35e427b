import { execa } from 'execa';

const EVERY_MS = 1_000;
/** A look must not take more than this part of the time. */
const SHARE = 5;

export interface DiskWatch {
  stop(): void;
}

/**
 * Looks again and again at what directories take, and tells once they have grown by more than they may. Between two looks
 * more can be written; a file's own limit bounds how much.
 */
export function watchDisk(
  directories: readonly string[],
  { maxBytes, onExceeded }: { readonly maxBytes: number; readonly onExceeded: () => void },
): DiskWatch {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let before: number | null = null;

  async function look(): Promise<void> {
    const startedAt = performance.now();
    const bytes = await sizeOf(directories, stopped.signal);
    if (stopped.signal.aborted) return;
    before ??= bytes;
    if (bytes !== null && before !== null && bytes - before > maxBytes) {
      onExceeded();
      return;
    }
    timer = setTimeout(again, Math.max(EVERY_MS, (performance.now() - startedAt) * SHARE));
  }
  const again = (): void => void look().catch(() => undefined);
  again();
  return {
    stop() {
      stopped.abort();
      clearTimeout(timer);
    },
  };
}

/** What is really taken, in bytes; null where it cannot be told. Files that go away meanwhile are no matter. */
async function sizeOf(directories: readonly string[], signal: AbortSignal): Promise<number | null> {
  const { stdout } = await execa(
    'du',
    ['--summarize', '--block-size=1', '--total', '--one-file-system', '--', ...directories],
    {
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      stderr: 'ignore',
      cancelSignal: signal,
    },
  );
  const total = /^(\d+)\ttotal$/m.exec(stdout)?.[1];
  return total === undefined ? null : Number(total);
}
