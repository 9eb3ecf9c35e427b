import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

/** The person pressed Ctrl-C; what had to be said has been said. */
export class Interrupted extends Error {
  readonly exitCode = exitCodes.interrupted;
}

export interface InterruptOptions {
  readonly out: Output;
  /** Said at the first Ctrl-C: what goes on, and how to follow or cancel it. */
  readonly explain: () => string;
  /** Done at the second. */
  readonly cancel: () => Promise<string>;
  /** How long a second Ctrl-C is waited for. Default 3 s. */
  readonly graceMs?: number;
}

/**
 * Does something that Ctrl-C ends without ending the work behind it; a second Ctrl-C cancels that too.
 *
 * @throws Interrupted after Ctrl-C
 */
export async function interruptible<T>(
  options: InterruptOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const first = new AbortController();
  const second = new AbortController();
  const onSignal = (): void => {
    (first.signal.aborted ? second : first).abort();
  };
  process.on('SIGINT', onSignal);
  try {
    return await work(first.signal);
  } catch (error) {
    if (!first.signal.aborted) throw error;
    options.out.note(`\n${options.explain()}\nPress Ctrl-C once more to cancel the work as well.`);
    await sleep(options.graceMs ?? 3_000, undefined, { signal: second.signal }).catch(() => undefined);
    if (second.signal.aborted) options.out.note(await options.cancel());
    throw new Interrupted();
  } finally {
    process.off('SIGINT', onSignal);
  }
}
