import { setTimeout as sleep } from 'node:timers/promises';
import { GhwError } from '../domain/errors.ts';
import { type RateLimit, type ResponseHeaders, readRateLimit, readRetryAfterMs } from './rate-limit.ts';

/** Whose request it is: discovery can wait for the next cycle, the work on an issue cannot. */
export type Purpose = 'work' | 'discovery';

/** What wants to be sent. */
export interface RequestWish {
  readonly kind: 'query' | 'mutation';
  readonly purpose: Purpose;
  /** Whose turn it is where there is a queue: 1 for critical to 4 for low. */
  readonly priority: number;
  /** After "GitHub could not". */
  readonly doing: string;
}

export interface BudgetRules {
  /** Discovery pauses while GitHub has fewer points than this left for the hour. */
  readonly pauseBelowPoints: number;
  /** So many points are kept for writing: comments and pull requests of work that is done. */
  readonly reservePoints: number;
  /** Requests at a time, of all kinds. GitHub refuses more than 100. */
  readonly concurrency: number;
  /** Changes at once before they are spaced; default as many as GitHub's limit of a minute leaves room for. */
  readonly mutationBurst?: number;
  /** Between two changes after that, in milliseconds; GitHub asks for a second. 0 for none. */
  readonly mutationGapMs: number;
  /** Longest wait within one request, in milliseconds: whoever would wait longer is told so instead. */
  readonly patienceMs: Readonly<Record<Purpose, number>>;
}

/** How one token's budget stands. */
export interface BudgetState {
  /** As GitHub's last answer said; null before the first, and where the server keeps none. */
  readonly points: RateLimit | null;
  /** ISO 8601: until when GitHub wants nothing to be asked; null if it does not mind. */
  readonly stopsUntil: string | null;
  readonly requests: number;
  /** Requests that GitHub refused as too many. */
  readonly refusals: number;
  readonly running: number;
  readonly waiting: number;
}

/** The one who owns the budget of a token, asked before each request of a worker. */
export interface Budget {
  /**
   * Waits for its turn.
   *
   * @returns to be called with the answer's status and headers; without them where none came
   * @throws GhwError `GitHubRateLimited` for what would have to wait long
   */
  enter(wish: RequestWish): Promise<(answer?: { readonly status: number; readonly headers: ResponseHeaders }) => void>;
  state(): BudgetState;
}

export interface Clock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

/** GitHub's limit of a minute for what makes content. */
const MOST_CHANGES = 80;

export const defaultBudgetRules: BudgetRules = {
  pauseBelowPoints: 500,
  reservePoints: 100,
  concurrency: 50,
  mutationGapMs: 2_000,
  // A step of an issue's work is tried again by Temporal, at the time that GitHub named.
  patienceMs: { work: 5_000, discovery: 90_000 },
};

const realClock: Clock = { now: () => Date.now(), sleep: (ms) => sleep(ms) };

/**
 * One budget for all that a worker asks GitHub with one token. It knows what GitHub itself says in every answer, so several
 * workers with one token share it by nature.
 */
export function createBudget(given: Partial<BudgetRules> = {}, clock: Clock = realClock): Budget {
  return new OneBudget({ ...defaultBudgetRules, ...given }, clock);
}

interface Waiter {
  readonly priority: number;
  readonly admit: () => void;
}

class OneBudget implements Budget {
  readonly #rules: BudgetRules;
  readonly #clock: Clock;
  #points: RateLimit | null = null;
  #stopsUntil = 0;
  #running = 0;
  #requests = 0;
  #refusals = 0;
  /** When the next change may be sent, were there no burst. */
  #nextMutation = 0;
  readonly #waiters: Waiter[] = [];

  constructor(rules: BudgetRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  async enter(wish: RequestWish): ReturnType<Budget['enter']> {
    this.#checkPoints(wish);
    await this.#turn(wish);
    try {
      await this.#calm(wish);
      if (wish.kind === 'mutation') await this.#space();
      // What was sent meanwhile may have spent the rest.
      this.#checkPoints(wish);
    } catch (error) {
      this.#release();
      throw error;
    }
    this.#requests += 1;
    let isOver = false;
    return (answer) => {
      if (isOver) return;
      isOver = true;
      if (answer !== undefined) this.#note(answer);
      this.#release();
    };
  }

  state(): BudgetState {
    const isStopped = this.#stopsUntil > this.#clock.now();
    return {
      points: this.#points,
      stopsUntil: isStopped ? new Date(this.#stopsUntil).toISOString() : null,
      requests: this.#requests,
      refusals: this.#refusals,
      running: this.#running,
      waiting: this.#waiters.length,
    };
  }

  /** What is left of the hour must not fall below what is kept for others. */
  #checkPoints({ doing, kind, purpose }: RequestWish): void {
    const points = this.#points;
    const now = this.#clock.now();
    if (points === null || kind === 'mutation') return;
    const resetsAt = Date.parse(points.resetAt);
    if (resetsAt <= now) return;
    const floor = this.#floor(purpose, points.limit);
    if (floor === 0 || points.remaining - this.#running >= floor) return;
    const what = purpose === 'discovery' ? 'discovery pauses below' : 'kept for writing are the last';
    throw new GhwError(
      'GitHubRateLimited',
      `GitHub could not ${doing}: ${points.remaining} of ${points.limit} points are left until ${points.resetAt}, and ${what} ${floor}.`,
      { hint: 'Nothing to do: it goes on when GitHub counts anew.', retryAfterMs: Math.max(1_000, resetsAt - now) },
    );
  }

  /** A server that gives little gives each its share of it. */
  #floor(purpose: Purpose, limit: number): number {
    const { pauseBelowPoints, reservePoints } = this.#rules;
    const wanted = purpose === 'discovery' ? Math.max(pauseBelowPoints, reservePoints) : reservePoints;
    return Math.min(wanted, Math.floor(limit / (purpose === 'discovery' ? 4 : 20)));
  }

  /** The most urgent first, among equals the one that has waited longest. */
  async #turn({ priority }: RequestWish): Promise<void> {
    if (this.#running < this.#rules.concurrency) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((admit) => {
      const place = this.#waiters.findIndex((waiter) => waiter.priority > priority);
      this.#waiters.splice(place < 0 ? this.#waiters.length : place, 0, { priority, admit });
    });
  }

  /** Hands the place on. */
  #release(): void {
    const next = this.#waiters.shift();
    if (next === undefined) this.#running -= 1;
    else next.admit();
  }

  async #calm({ doing, purpose }: RequestWish): Promise<void> {
    for (;;) {
      const waitMs = this.#stopsUntil - this.#clock.now();
      if (waitMs <= 0) return;
      if (waitMs > this.#rules.patienceMs[purpose]) throw tooLong(doing, waitMs, this.#stopsUntil);
      await this.#clock.sleep(waitMs);
    }
  }

  /** A bucket that fills by one each gap. */
  async #space(): Promise<void> {
    const { mutationGapMs } = this.#rules;
    if (mutationGapMs === 0) return;
    const { mutationBurst = Math.max(1, MOST_CHANGES - Math.floor(60_000 / mutationGapMs)) } = this.#rules;
    const now = this.#clock.now();
    const earliest = this.#nextMutation - (mutationBurst - 1) * mutationGapMs;
    this.#nextMutation = Math.max(this.#nextMutation, now) + mutationGapMs;
    if (earliest > now) await this.#clock.sleep(earliest - now);
  }

  #note({ headers, status }: { readonly status: number; readonly headers: ResponseHeaders }): void {
    const points = headers['x-ratelimit-resource'] === 'core' ? null : readRateLimit(headers);
    if (points !== null) this.#points = lower(this.#points, points);
    if (status !== 403 && status !== 429) return;
    const now = this.#clock.now();
    const retryAfterMs = readRetryAfterMs(headers, now);
    if (retryAfterMs === null && status === 403) return;
    this.#refusals += 1;
    this.#stopsUntil = Math.max(this.#stopsUntil, now + (retryAfterMs ?? 60_000));
  }
}

/** Answers overtake each other: within one hour, the lower figure is the newer. */
function lower(before: RateLimit | null, after: RateLimit): RateLimit {
  if (before === null) return after;
  if (before.resetAt === after.resetAt && before.limit === after.limit) {
    return after.remaining < before.remaining ? after : before;
  }
  return Date.parse(before.resetAt) > Date.parse(after.resetAt) ? before : after;
}

function tooLong(doing: string, waitMs: number, until: number): GhwError {
  return new GhwError(
    'GitHubRateLimited',
    `GitHub could not ${doing}: it wants nothing to be asked until ${new Date(until).toISOString()}.`,
    { hint: 'Nothing to do: it is tried again when GitHub allows it.', retryAfterMs: waitMs },
  );
}
