import type { WallTime } from './time-zone.ts';

/** Days of the week and a time of day; where it ends before it begins, it ends on the next day. */
interface OpenHours {
  /** 0 for Sunday. */
  readonly days: ReadonlySet<number>;
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const written = /^([a-z,-]+) (\d{2}):(\d{2})-(\d{2}):(\d{2})$/;
const DAY = 24 * 60;

/** True for `Mon-Fri 09:00-17:30`, `Sat,Sun 10:00-14:00`, `Sun-Thu 22:00-06:00`. */
export function isBusinessHours(text: string): boolean {
  return parseHours(text) !== null;
}

/** True if a clock on the wall shows a time within one of `hours`. */
export function isOpen(hours: readonly string[], { minutes, weekday }: WallTime): boolean {
  return hours.some((text) => {
    const open = parseHours(text);
    if (!open) return false;
    const { days, from, to } = open;
    if (from < to) return days.has(weekday) && minutes >= from && minutes < to;
    const isSinceYesterday = days.has((weekday + 6) % 7) && minutes < to;
    return isSinceYesterday || (days.has(weekday) && minutes >= from);
  });
}

function parseHours(text: string): OpenHours | null {
  const [, names = '', ...digits] = written.exec(text.trim().replace(/\s+/g, ' ').toLowerCase()) ?? [];
  const days = parseDays(names);
  const [fromHour = NaN, fromMinute = NaN, toHour = NaN, toMinute = NaN] = digits.map(Number);
  const from = minutesOf(fromHour, fromMinute);
  const to = minutesOf(toHour, toMinute);
  if (days === null || from === null || to === null || from === DAY || from === to) return null;
  return { days, from, to };
}

/** `24:00` is the end of a day. */
function minutesOf(hour: number, minute: number): number | null {
  const minutes = hour * 60 + minute;
  return minute < 60 && minutes <= DAY ? minutes : null;
}

function parseDays(text: string): ReadonlySet<number> | null {
  const days = new Set<number>();
  for (const range of text.split(',')) {
    const ends = range.split('-').map((name) => dayNames.indexOf(name));
    const [first = -1, last = first] = ends;
    if (ends.length > 2 || first < 0 || last < 0) return null;
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  return days;
}
