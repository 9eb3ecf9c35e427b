const SECOND_MS = 1_000;

/**
 * What a `retry-after` header asks for, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3).
 *
 * @returns null if it is absent, or is neither
 */
export function retryAfterMs(value: string | number | undefined, nowMs: number): number | null {
  if (value === undefined) return null;
  const text = String(value);
  const delayMs = /^\d{1,11}$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - nowMs;
  return Number.isNaN(delayMs) ? null : Math.max(0, delayMs);
}
