import type { CyclePlan } from './cycle.ts';

/** A cycle that was, as far as its successor cares. */
export interface EarlierCycle {
  readonly outcome: string;
  readonly endedAt: string | null;
}

/** So many failures are bad luck. */
const PATIENCE = 2;
const LONGEST_MS = 24 * 3_600_000;

/**
 * Whether a scheduled cycle stays out of the way after failures in a row: after the third for twice the interval, after
 * each further one for twice as long as before, at most a day. One that somebody asks for by hand never does.
 *
 * @param earlier - newest first
 * @param intervalMs - between two cycles; null for one by hand
 */
export function backOff(
  earlier: readonly EarlierCycle[],
  intervalMs: number | null,
): Pick<CyclePlan, 'backOffUntil' | 'failuresInARow'> {
  const ended = earlier.filter(({ outcome }) => outcome !== 'backed_off' && outcome !== 'running');
  const firstOther = ended.findIndex(({ outcome }) => outcome !== 'failed');
  const failuresInARow = firstOther < 0 ? ended.length : firstOther;
  const last = ended[0]?.endedAt;
  if (intervalMs === null || failuresInARow <= PATIENCE || !last) return { backOffUntil: null, failuresInARow };
  const wait = Math.min(intervalMs * 2 ** (failuresInARow - PATIENCE), LONGEST_MS);
  return { backOffUntil: new Date(Date.parse(last) + wait).toISOString(), failuresInARow };
}
