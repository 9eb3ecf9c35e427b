import type { ScheduleSpec } from '@temporalio/client';
import { formatDuration } from '../../domain/duration.ts';

/** When cycles start: every so many milliseconds, or at the times of a cron expression in a time zone. */
export type Frequency = { readonly everyMs: number } | { readonly cron: string; readonly timeZone?: string };

/** Cron's own finest grain, until Temporal has said how far apart the times are. */
const CRON_SHORTEST_MS = 60_000;
const LONGEST_JITTER_MS = 5_000;

/** `1h30m`, or the cron expression. */
export function describeFrequency(frequency: Frequency): string {
  return 'everyMs' in frequency ? formatDuration(frequency.everyMs) : frequency.cron;
}

/** The time between two cycles, as far as it is known, in milliseconds. */
export function intervalOf(frequency: Frequency): number {
  return 'everyMs' in frequency ? frequency.everyMs : CRON_SHORTEST_MS;
}

/**
 * The frequency as Temporal takes it. Intervals are counted from `from`, so that the first one is a whole one; Temporal
 * itself counts them from 1970.
 */
export function scheduleSpec(frequency: Frequency, from: Date): ScheduleSpec {
  if (!('everyMs' in frequency)) {
    return { cronExpressions: [frequency.cron], timezone: frequency.timeZone ?? 'UTC' };
  }
  const { everyMs } = frequency;
  return {
    intervals: [{ every: everyMs, offset: from.getTime() % everyMs }],
    // Many installations must not ask GitHub at the same moment.
    jitter: Math.min(Math.floor(everyMs / 100), LONGEST_JITTER_MS),
  };
}
