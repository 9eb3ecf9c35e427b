import { describe, expect, it } from '@jest/globals';
import { type Budget, type BudgetRules, type RequestWish, createBudget } from '../../src/github/budget.ts';

/** A clock that stands still but for whoever sleeps. */
function fakeClock() {
  let now = Date.parse('2026-03-01T12:00:00Z');
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    advance: (ms: number) => (now += ms),
    sleep: async (ms: number) => {
      sleeps.push(ms);
      now += ms;
      await Promise.resolve();
    },
  };
}

const wish: RequestWish = { kind: 'query', purpose: 'work', priority: 3, doing: 'read it' };
const discovery: RequestWish = { ...wish, purpose: 'discovery' };
const mutation: RequestWish = { ...wish, kind: 'mutation' };

function start(rules: Partial<BudgetRules> = {}) {
  const clock = fakeClock();
  return { clock, budget: createBudget(rules, clock) };
}

/** One request with this answer. */
async function ask(budget: Budget, one: RequestWish, headers: Record<string, string> = {}, status = 200) {
  (await budget.enter(one))({ status, headers });
}

const left = (remaining: number, limit = 5_000) => ({
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-reset': String(Date.parse('2026-03-01T12:30:00Z') / 1_000),
});

describe('the points of the hour', () => {
  it('are those that GitHub names, the lowest of what overtakes each other', async () => {
    const { budget } = start();
    await ask(budget, wish, left(4_000));
    await ask(budget, wish, left(4_010));

    expect(budget.state().points).toEqual({ remaining: 4_000, limit: 5_000, resetAt: '2026-03-01T12:30:00.000Z' });
  });

  it('pause discovery below the threshold until GitHub counts anew, and nobody else', async () => {
    const { budget, clock } = start({ pauseBelowPoints: 500 });
    await ask(budget, discovery, left(499));

    await expect(budget.enter(discovery)).rejects.toMatchObject({
      name: 'GitHubRateLimited',
      retryAfterMs: 1_800_000,
      message: expect.stringContaining('499 of 5000 points are left'),
    });
    await ask(budget, wish, left(498));
    clock.advance(1_800_000);
    await ask(budget, discovery, left(4_999));
  });

  it('are kept for writing at last', async () => {
    const { budget } = start({ reservePoints: 100 });
    await ask(budget, wish, left(99));

    await expect(budget.enter(wish)).rejects.toMatchObject({ name: 'GitHubRateLimited' });
    await ask(budget, mutation, left(98));
  });

  it('count what is under way', async () => {
    const { budget } = start({ pauseBelowPoints: 500 });
    await ask(budget, discovery, left(501));
    await budget.enter(discovery);

    await expect(budget.enter(discovery)).rejects.toMatchObject({ name: 'GitHubRateLimited' });
  });

  it('of a small budget leave a part of it to discovery', async () => {
    const { budget } = start({ pauseBelowPoints: 500 });
    await ask(budget, discovery, left(40, 60));

    await expect(budget.enter(discovery)).resolves.toBeInstanceOf(Function);
  });
});

describe('a secondary limit', () => {
  it.each([403, 429])('stops everybody for as long as GitHub says (HTTP %d)', async (status) => {
    const { budget, clock } = start();
    await ask(budget, wish, { 'retry-after': '30' }, status);

    expect(budget.state()).toMatchObject({ stopsUntil: '2026-03-01T12:00:30.000Z', refusals: 1 });
    await ask(budget, discovery);

    expect(clock.sleeps).toEqual([30_000]);
  });

  it('tells whoever is not so patient when to come again', async () => {
    const { budget } = start();
    await ask(budget, wish, { 'retry-after': '30' }, 403);

    await expect(budget.enter(wish)).rejects.toMatchObject({ name: 'GitHubRateLimited', retryAfterMs: 30_000 });
  });

  it('is not a right that is missing', async () => {
    const { budget } = start();
    await ask(budget, wish, {}, 403);

    expect(budget.state()).toMatchObject({ stopsUntil: null, refusals: 0 });
  });
});

describe('whose turn it is', () => {
  it('goes by priority, then by who has waited longest', async () => {
    const { budget } = start({ concurrency: 1 });
    const leave = await budget.enter(wish);
    const order: string[] = [];
    const queue = (name: string, priority: number) =>
      budget.enter({ ...wish, priority }).then((done) => {
        order.push(name);
        done();
      });
    const all = [queue('low', 4), queue('normal', 3), queue('critical', 1), queue('normal too', 3), queue('high', 2)];

    leave();
    await Promise.all(all);

    expect(order).toEqual(['critical', 'high', 'normal', 'normal too', 'low']);
  });

  it('comes for the next one when a request ends without an answer', async () => {
    const { budget } = start({ concurrency: 1 });
    const leave = await budget.enter(wish);
    const next = budget.enter(wish);

    leave();
    (await next)();

    expect(budget.state()).toMatchObject({ running: 0, waiting: 0, requests: 2 });
  });
});

describe('changes', () => {
  it('are a second apart once there were many', async () => {
    const { budget, clock } = start({ mutationBurst: 3, mutationGapMs: 1_000 });
    for (let index = 0; index < 5; index += 1) await ask(budget, mutation);

    expect(clock.sleeps).toEqual([1_000, 1_000]);
  });

  it('are never more than eighty in a minute', async () => {
    const { budget, clock } = start();
    const from = clock.now();
    let count = 0;
    for (; clock.now() < from + 60_000; count += 1) await ask(budget, mutation);

    expect(count).toBeLessThanOrEqual(80);
  });
});
