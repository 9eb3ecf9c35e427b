/** A moment as a clock on a wall shows it. */
export interface WallTime {
  /** 0 for Sunday. */
  readonly weekday: number;
  /** Since midnight. */
  readonly minutes: number;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** Making one takes longer than using it a thousand times. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** True if `name` is a time zone of the IANA list, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  // An offset is a zone to some versions of Node, and knows no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a clock in `timeZone` shows at a moment, summer time included.
 *
 * @throws RangeError if there is no such zone
 */
export function wallTimeIn(timeZone: string, at: Date): WallTime {
  const parts = formatOf(timeZone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? '';
  return {
    weekday: weekdays.findIndex((day) => day === part('weekday')),
    minutes: Number(part('hour')) * 60 + Number(part('minute')),
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, format);
  return format;
}
