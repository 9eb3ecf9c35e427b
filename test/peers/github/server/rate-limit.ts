import type { Clock } from '../model/clock.ts';
import { refused, type Answer } from './answer.ts';

/** What is counted apart: the GraphQL API, and all of REST. */
export type RateResource = 'graphql' | 'core';

export interface RateWindow {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

/** GitHub's secondary limits, by default off: tests are faster than people. */
export interface SecondaryLimits {
  /** Published: 80 a minute. */
  readonly contentPerMinute?: number;
  /** Published: 2,000 a minute, a query counting 1 and a mutation 5. */
  readonly pointsPerMinute?: number;
  /** Published: 900 a minute for REST. */
  readonly restPointsPerMinute?: number;
  /** Published: 100, GraphQL and REST together. */
  readonly concurrent?: number;
  /** What such a refusal says. Default 403 and 60 seconds; GitHub also sends 429. */
  readonly status?: 403 | 429;
  readonly retryAfterSeconds?: number;
}

const hourMs = 3_600_000;
const minuteMs = 60_000;

interface Spending {
  readonly at: number;
  readonly points: number;
  readonly content: number;
}

interface Account {
  limit: number;
  used: number;
  startedAt: number;
  running: number;
  recent: Spending[];
}

/** Points per person and hour, as GitHub counts them. */
export class RateLimiter {
  secondary: SecondaryLimits = {};
  readonly #clock: Clock;
  readonly #defaultLimit: number;
  readonly #accounts = new Map<string, Account>();

  constructor(clock: Clock, defaultLimit = 5000) {
    this.#clock = clock;
    this.#defaultLimit = defaultLimit;
  }

  /** Sets what a login may still spend in the present hour. */
  set(login: string, resource: RateResource, window: { readonly limit?: number; readonly remaining?: number }): void {
    const account = this.#account(login, resource);
    account.limit = window.limit ?? account.limit;
    if (window.remaining !== undefined) account.used = account.limit - window.remaining;
  }

  window(login: string, resource: RateResource): RateWindow {
    const { limit, used, startedAt } = this.#account(login, resource);
    const remaining = Math.max(0, limit - used);
    return { limit, used, remaining, reset: Math.floor((startedAt + hourMs) / 1000) };
  }

  /** False if the hour's points do not suffice; then nothing is spent. */
  spend(login: string, resource: RateResource, points: number): boolean {
    const account = this.#account(login, resource);
    if (account.used + points > account.limit) return false;
    account.used += points;
    return true;
  }

  headers(login: string, resource: RateResource): Record<string, string> {
    const { limit, used, remaining, reset } = this.window(login, resource);
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': resource,
    };
  }

  /** Counts a request against the secondary limits; the refusal if it is one too many. */
  enter(
    login: string,
    request: { readonly isMutation: boolean; readonly content: number; readonly resource?: RateResource },
  ): Answer | null {
    const { resource = 'graphql' } = request;
    const account = this.#account(login, resource);
    const now = this.#clock.milliseconds();
    account.recent = account.recent.filter(({ at }) => at > now - minuteMs);
    const points = request.isMutation ? 5 : 1;
    const spent = (key: 'points' | 'content') => account.recent.reduce((sum, spending) => sum + spending[key], 0);
    const { contentPerMinute = Infinity, concurrent = Infinity, retryAfterSeconds = 60, status } = this.secondary;
    const perMinute = resource === 'core' ? this.secondary.restPointsPerMinute : this.secondary.pointsPerMinute;
    const running = this.#account(login, 'graphql').running + this.#account(login, 'core').running;
    const isTooMuch =
      running >= concurrent ||
      spent('points') + points > (perMinute ?? Infinity) ||
      (request.content > 0 && spent('content') + request.content > contentPerMinute);
    if (isTooMuch) return this.tooMany(login, retryAfterSeconds, status);
    account.running += 1;
    account.recent.push({ at: now, points, content: request.content });
    return null;
  }

  leave(login: string, resource: RateResource = 'graphql'): void {
    this.#account(login, resource).running -= 1;
  }

  /** The refusal of a secondary limit. */
  tooMany(login: string, retryAfterSeconds: number, status: 403 | 429 = 403): Answer {
    const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
    return refused(status, message, { 'retry-after': String(retryAfterSeconds), ...this.headers(login, 'graphql') });
  }

  #account(login: string, resource: RateResource): Account {
    const now = this.#clock.milliseconds();
    const known = this.#accounts.get(`${resource} ${login}`);
    if (known === undefined) {
      const started = { limit: this.#defaultLimit, used: 0, startedAt: now, running: 0, recent: [] };
      this.#accounts.set(`${resource} ${login}`, started);
      return started;
    }
    if (now >= known.startedAt + hourMs) Object.assign(known, { used: 0, startedAt: now });
    return known;
  }
}
