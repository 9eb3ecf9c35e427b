import { GhwError } from './errors.ts';

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitsMs;

const parts = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
/** The longest duration that is accepted; a timer beyond it is a slip of the hand. */
const MAX_DURATION_MS = 3650 * unitsMs.d;

/**
 * Reads a duration such as `10m`, `1h30m` or `2d12h`: whole numbers with the units d, h, m and s, each at most once,
 * largest first.
 *
 * @returns milliseconds, more than 0
 * @throws GhwError `InvalidInput`
 */
export function parseDuration(text: string): number {
  const found = parts.exec(text);
  if (text === '' || found === null) throw invalid(text, 'is not a duration');
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = found;
  const ms =
    Number(days) * unitsMs.d + Number(hours) * unitsMs.h + Number(minutes) * unitsMs.m + Number(seconds) * unitsMs.s;
  if (ms === 0) throw invalid(text, 'is no time at all');
  if (ms > MAX_DURATION_MS) throw invalid(text, 'is longer than ten years');
  return ms;
}

/** The shortest text that {@link parseDuration} reads as `ms`, rounded to whole seconds; `0s` for less than one. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms / unitsMs.s) * unitsMs.s;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's'] as const satisfies readonly Unit[]) {
    const count = Math.floor(rest / unitsMs[unit]);
    if (count > 0) text += `${String(count)}${unit}`;
    rest -= count * unitsMs[unit];
  }
  return text === '' ? '0s' : text;
}

const date = /^\d{4}-\d{2}-\d{2}$/;
/** With a zone: a time of day without one would mean something else on every machine. */
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads a moment in the past: how long ago (`7d`, `1h30m`), a day (`2026-01-31`, which begins at midnight UTC), or a time
 * (`2026-01-31T09:00Z`).
 *
 * @returns ISO 8601
 * @throws GhwError `InvalidInput`
 */
export function parseMoment(text: string, now: Date): string {
  if (!/^\d{4}-/.test(text)) return new Date(now.getTime() - parseAge(text)).toISOString();
  if (!date.test(text) && !dateTime.test(text)) throw noMoment(text, 'is neither a date nor a time with its zone');
  const time = Date.parse(text);
  const isOnCalendar = new Date(Date.parse(text.slice(0, 10))).toJSON()?.slice(0, 10) === text.slice(0, 10);
  if (Number.isNaN(time) || !isOnCalendar) throw noMoment(text, 'is on no calendar');
  if (time > now.getTime()) throw noMoment(text, 'lies in the future');
  return new Date(time).toISOString();
}

function parseAge(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof GhwError) throw noMoment(text, error.message.slice(JSON.stringify(text).length + 1, -1));
    throw error;
  }
}

function noMoment(text: string, what: string): GhwError {
  return new GhwError('InvalidInput', `${JSON.stringify(text)} ${what}.`, {
    hint: 'Write how long ago (7d, 12h, 1h30m), a day (2026-01-31, from midnight UTC), or a time (2026-01-31T09:00Z).',
  });
}

function invalid(text: string, what: string): GhwError {
  return new GhwError('InvalidInput', `${JSON.stringify(text)} ${what}.`, {
    hint: 'Write a duration as 30s, 10m, 1h30m or 2d12h.',
  });
}
