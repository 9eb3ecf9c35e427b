import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BenchWish, type DiscoveryBench, type World, startWorld } from './support.ts';

/** A hundred repositories on a busy machine. */
const SLOW_MS = 120_000;

let world: World;
let bench: DiscoveryBench;
const start = async (wish: BenchWish): Promise<DiscoveryBench> => (bench = await world.discovery(wish));

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** `app-7 timed_out`, by name. */
const named = (problems: readonly { readonly repository: string; readonly kind: string }[]): readonly string[] =>
  problems.map(({ kind, repository }) => `${repository.split('/')[1] ?? ''} ${kind}`).sort();

describe('repositories in trouble', () => {
  it(
    'are named, four of a hundred, and the other 96 are complete',
    async () => {
      const { hub } = await start({ repositories: 100, pullRequests: 2 });
      hub.trouble(bench.app(7), { kind: 'not_found' });
      hub.trouble(bench.app(33), { kind: 'not_found' });
      hub.trouble(bench.app(60), { kind: 'time_out' });
      hub.trouble(bench.app(81), { kind: 'rate_limited', retryAfterSeconds: 1 });

      const result = await bench.discover();

      expect(named(result.problems)).toEqual([
        ...['app-33 not_found', 'app-60 timed_out', 'app-7 not_found', 'app-81 rate_limited'],
      ]);
      expect(result).toMatchObject({ repositories: { total: 100, read: 96, failed: 4 }, problemCount: 4 });
      const stored = await bench.pullRequests();
      expect(stored).toHaveLength(192);
      expect(stored.every(({ rollup }) => rollup === 'success')).toBe(true);
    },
    SLOW_MS,
  );

  it('cost the next cycles nothing but a request each', async () => {
    const { hub } = await start({ repositories: 50, pullRequests: 1 });
    hub.trouble(bench.app(7), { kind: 'time_out' });
    await bench.discover();
    hub.resetRequests();

    await bench.discover();

    expect(bench.requests().map(({ ids }) => ids)).toEqual([25, 24, 1]);
    hub.trouble(bench.app(7), null);
    expect((await bench.discover()).problems).toEqual([]);
  });

  it('lose nothing of what was known of them', async () => {
    const { hub } = await start({ repositories: 2, pullRequests: 2 });
    await bench.cycle();
    hub.trouble(bench.app(1), { kind: 'not_found' });

    const told = await bench.cycle();

    expect(told).toEqual([]);
    expect(await bench.pullRequests()).toHaveLength(4);
  });

  it('of which GitHub has too little time are asked for again', async () => {
    const { hub } = await start({ repositories: 30, pullRequests: 2 });
    hub.setProcessingLimit({ nodes: 700, shows: 'partial' });

    const result = await bench.discover();

    expect(result).toMatchObject({ problems: [], pullRequests: { open: 60, read: 60 } });
  });

  it('are asked for in smaller batches by a GitHub that times out, and all are read', async () => {
    const { hub } = await start({ repositories: 30, pullRequests: 2 });
    hub.setProcessingLimit({ nodes: 700, shows: 'time_out' });

    const result = await bench.discover();

    expect(result).toMatchObject({ problems: [], pullRequests: { open: 60, read: 60 } });
    expect(hub.requests.some(({ status }) => status === 502)).toBe(true);
  });

  it('are told from those that were renamed or archived', async () => {
    const { hub } = await start({ repositories: 3, pullRequests: 1 });
    await bench.cycle();
    hub.seed.renameRepository(bench.app(1), 'renamed');
    hub.seed.setRepository(bench.app(2), { isArchived: true });

    const result = await bench.discover();

    expect(named(result.problems)).toEqual(['app-2 archived', 'renamed renamed']);
    expect(result.repositories).toMatchObject({ read: 3, failed: 0 });
    expect((await bench.discover()).problems.map(({ kind }) => kind)).toEqual(['archived']);
  });
});

describe('a budget that runs low', () => {
  it('pauses discovery, which says so, and keeps what was read', async () => {
    const { hub } = await start({
      repositories: 75,
      pullRequests: 1,
      concurrency: 1,
      budget: { pauseBelowPoints: 500 },
    });
    hub.setRateLimit(bench.login, { remaining: 504 });

    const result = await bench.discover();

    expect(hub.requests).toHaveLength(4);
    expect(result.repositories).toMatchObject({ read: 25, failed: 50 });
    expect(result.problems[0]).toMatchObject({
      kind: 'rate_limited',
      message: expect.stringContaining('discovery pauses'),
    });
  });
});

describe('a GitHub that is away', () => {
  it('is tried again by another attempt, and loses nothing', async () => {
    const { hub } = await start({ repositories: 3, pullRequests: 1 });
    await bench.cycle();
    const down = hub.fault({ status: 503, times: Infinity });

    await expect(bench.discover()).rejects.toMatchObject({ type: 'GitHubUnavailable' });
    down.remove();

    expect(await bench.cycle()).toEqual([]);
  });
});
