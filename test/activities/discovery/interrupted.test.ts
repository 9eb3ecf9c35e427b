import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GhwError } from '../../../src/domain/errors.ts';
import type { UntoldPullRequest } from '../../../src/ledger/pull-request-ledger.ts';
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

/** Those to which something happened, by number. */
const numbers = (told: readonly string[]): readonly number[] =>
  told.map((one) => Number(/#(\d+)/.exec(one)?.[1])).sort((a, b) => a - b);

describe('a worker that dies', () => {
  it(
    'while it reads: the next attempt asks for nothing that is done',
    async () => {
      const { hub } = await start({ repositories: 120, pullRequests: 1, checks: () => [] });
      let reads = 0;
      const stuck = hub.fault({
        match: ({ operationName }) => operationName === 'LookAtPullRequests' && (reads += 1) > 4,
        ...{ hang: true, times: Infinity },
      });
      const first = bench.attempt();
      while (stuck.hits === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      first.environment.cancel('WORKER_SHUTDOWN');
      hub.clearFaults();
      bench.restart();
      hub.resetRequests();

      const result = await bench.attempt({ after: first }).result;

      expect(result).toMatchObject({
        repositories: { total: 120, read: 120 },
        pullRequests: { open: 120, changed: 120 },
      });
      expect(bench.requests()).toEqual([
        { operation: 'LookAtPullRequests', ids: 20 },
        { operation: 'ReadPullRequests', ids: 20 },
      ]);
    },
    SLOW_MS,
  );

  it.each([1, 2, 3, 4, 5])(
    'after its request %d, at any point of a cycle: each change is told, and told once',
    async (request) => {
      const { app, hub, told } = await start({ repositories: 1, pullRequests: 30, checks: () => [] });
      await bench.cycle();
      hub.clock.advance(600_000);
      hub.seed.closePullRequest(app(1), 3);
      hub.seed.setDraft(app(1), 20, true);
      await hub.seed.forcePush(app(1), 'topic-30', { message: 'Other', files: { 'x.txt': 'x' } });
      const before = told.length;
      let count = 0;
      const death = hub.fault({ match: () => (count += 1) >= request, ...{ status: 503, times: Infinity } });
      await bench.discover().catch(() => undefined);
      death.remove();
      bench.restart();

      await bench.cycle();
      await bench.cycle();

      expect(numbers(told.slice(before))).toEqual([3, 20, 30]);
    },
  );

  it('while it tells: those who were not told are told by the next cycle, and nobody twice', async () => {
    let calls = 0;
    const onTell = (_untold: UntoldPullRequest): void => {
      calls += 1;
      if (calls > 60 && calls < 75) throw new GhwError('TemporalUnreachable', 'Temporal is away.');
    };
    const { told } = await start({ repositories: 1, pullRequests: 120, checks: () => [], onTell });
    await bench.discover();

    const first = await bench.tell();
    const second = await bench.tell();

    expect(first.failed).toBeGreaterThan(0);
    expect(first.told + second.told).toBe(120);
    expect(new Set(told.map((one) => one.split(' ')[0])).size).toBe(120);
    expect(told).toHaveLength(120);
  });
});

describe('many new pull requests at once', () => {
  it(
    'are read and told in batches: what is held at a time stays the same',
    async () => {
      await start({ repositories: 4, pullRequests: 250, checks: () => [] });

      const { pullRequests } = await bench.discover();
      const { told } = await bench.tell();

      expect(pullRequests).toMatchObject({ open: 1_000, changed: 1_000 });
      expect(told).toBe(1_000);
      expect(new Set(bench.told).size).toBe(1_000);
      expect(bench.most).toEqual({ kept: 250, told: 50 });
    },
    SLOW_MS,
  );
});
