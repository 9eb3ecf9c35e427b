/** Positive if `a` is later than `b`. ISO 8601 is written with or without a fraction. */
export function compareTimes(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}

/** True if `a` is later than `b`; what never was is earlier than anything. */
export function isLater(a: string, b: string | null): boolean {
  return b === null || compareTimes(a, b) > 0;
}

/** True for the same point in time, also none. */
export function isSameTime(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && compareTimes(a, b) === 0);
}

/** When something was seen: as it was at GitHub's own time of change, by a request that was sent at ours. */
export interface Look {
  readonly updatedAt: string;
  readonly observedAt: string;
}

/** True if a look shows something newer than another: GitHub's time decides, and between equal ones, ours. */
export function isNewerLook(look: Look, other: Look): boolean {
  const order = compareTimes(look.updatedAt, other.updatedAt);
  return order === 0 ? isLater(look.observedAt, other.observedAt) : order > 0;
}
