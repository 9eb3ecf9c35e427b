/** The spread of repeated measurements, in the unit of the samples. */
export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/**
 * The smallest sample that at least `share` of all samples do not exceed (nearest rank): always a value that was
 * measured, never one between two.
 *
 * @param share - from 0 to 1
 * @throws RangeError when there is no sample, or the share is out of range
 */
export function percentile(samples: readonly number[], share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`A share is between 0 and 1, not ${String(share)}.`);
  const sorted = [...samples].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new RangeError('There is no percentile of nothing.');
  return found;
}

/** @throws RangeError when there is no sample */
export function spreadOf(samples: readonly number[]): Spread {
  return {
    count: samples.length,
    min: percentile(samples, 0),
    p50: percentile(samples, 0.5),
    p95: percentile(samples, 0.95),
    max: percentile(samples, 1),
  };
}
