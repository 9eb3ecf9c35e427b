import { retryAfterMs } from '../domain/retry-after.ts';

/** What is left of GitHub's hourly budget, as the last answer said. */
export interface RateLimit {
  /** Points (GraphQL) or requests (REST). */
  readonly remaining: number;
  readonly limit: number;
  /** ISO 8601. */
  readonly resetAt: string;
}

/** The names in lower case, as `fetch` gives them. */
export type ResponseHeaders = Readonly<Record<string, string | number | undefined>>;

const SECOND_MS = 1_000;
/** GitHub's word for a secondary limit that names no delay: wait at least a minute. */
const UNSAID_DELAY_MS = 60 * SECOND_MS;
/** GitHub's budgets are hourly; a longer delay can only be a broken clock. */
const LONGEST_DELAY_MS = 3_600 * SECOND_MS;

/** The budget in an answer's headers; null where the server keeps none. */
export function readRateLimit(headers: ResponseHeaders): RateLimit | null {
  const remaining = wholeNumber(headers['x-ratelimit-remaining']);
  const limit = wholeNumber(headers['x-ratelimit-limit']);
  const reset = wholeNumber(headers['x-ratelimit-reset']);
  if (remaining === null || limit === null || reset === null) return null;
  return { remaining, limit, resetAt: new Date(reset * SECOND_MS).toISOString() };
}

/** What `retry-after` asks for, in milliseconds, within bounds. Null if absent. */
export function readRetryAfterMs(headers: ResponseHeaders, nowMs: number): number | null {
  const delayMs = retryAfterMs(headers['retry-after'], nowMs);
  return delayMs === null ? null : bounded(delayMs);
}

/**
 * How long to stay away after a refusal for rate, in milliseconds: `retry-after`; else until the budget's reset if it is
 * spent; else a minute. Measured by the server's own clock where it sent one.
 */
export function rateLimitDelayMs(headers: ResponseHeaders, localNowMs: number): number {
  const serverNowMs = Date.parse(String(headers.date));
  const nowMs = Number.isNaN(serverNowMs) ? localNowMs : serverNowMs;
  const asked = readRetryAfterMs(headers, nowMs);
  if (asked !== null) return asked;
  const budget = readRateLimit(headers);
  if (budget?.remaining !== 0) return UNSAID_DELAY_MS;
  return bounded(Date.parse(budget.resetAt) - nowMs);
}

function bounded(delayMs: number): number {
  return Math.min(Math.max(delayMs, SECOND_MS), LONGEST_DELAY_MS);
}

/** A date beyond year 9999 is no date that GitHub sends, and would not fit `Date`. */
function wholeNumber(text: string | number | undefined): number | null {
  return /^\d{1,11}$/.test(String(text)) ? Number(text) : null;
}
