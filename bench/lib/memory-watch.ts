import type { BenchStack } from './stack.ts';

const EVERY_MS = 250;

/** What a worker held at most, in MB, in the first and in the last quarter of the time in which it did one thing. */
export interface Held {
  readonly firstQuarterMb: number;
  readonly lastQuarterMb: number;
}

/** Looks again and again at what `ghw up` holds in memory. Stop it with how long ago the thing began, in milliseconds. */
export function watchMemory({ memory }: BenchStack): (lastedMs: number) => Promise<Held> {
  const samples: { readonly at: number; readonly mb: number }[] = [];
  const sample = async (): Promise<void> => {
    const { nowMb: mb } = await memory();
    samples.push({ at: Date.now(), mb });
  };
  const timer = setInterval(() => void sample().catch(() => undefined), EVERY_MS);
  return async (lastedMs) => {
    clearInterval(timer);
    await sample();
    const begun = Date.now() - lastedMs;
    const most = (from: number, to: number): number =>
      Math.max(
        ...samples.filter(({ at }) => at >= begun + from * lastedMs && at <= begun + to * lastedMs).map(({ mb }) => mb),
      );
    return { firstQuarterMb: most(0, 1 / 4), lastQuarterMb: most(3 / 4, 1) };
  };
}
