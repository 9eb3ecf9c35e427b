import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BenchWish, type DiscoveryBench, type World, allGreen, startWorld } from './support.ts';

/** A hundred repositories on a busy machine. */
const SLOW_MS = 120_000;

let world: World;
let bench: DiscoveryBench;
const start = async (wish: BenchWish): Promise<DiscoveryBench> => (bench = await world.discovery(wish));

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Everything so far is known and told; requests count from here. */
async function settle(): Promise<void> {
  await bench.cycle();
  bench.hub.resetRequests();
  bench.hub.clock.advance(600_000);
}

describe('the first cycle', () => {
  it('reads every open pull request with its checks, in a few requests for 25 each', async () => {
    const { discover, hub, ledger } = await start({ repositories: 30, pullRequests: 3 });

    const result = await discover();

    expect(result).toMatchObject({
      repositories: { total: 30, read: 30, failed: 0 },
      pullRequests: { open: 90, read: 90, changed: 90 },
      problems: [],
      requests: 6,
      points: 6,
      naiveRequests: 120,
      avoidedShare: 0.95,
    });
    expect(
      bench
        .requests()
        .map(({ ids }) => ids)
        .sort((a, b) => b - a),
    ).toEqual([25, 25, 25, 25, 15, 5]);
    expect(hub.requests.every(({ status }) => status === 200)).toBe(true);
    const checks = await ledger.pullRequests.checksOf({
      repositoryId: bench.fleet[29]?.id ?? '',
      repository: '',
      number: 3,
    });
    expect(checks.map(({ conclusion, name }) => `${name} ${conclusion}`).sort()).toEqual([
      ...['build success', 'lint success', 'test success'],
    ]);
  });

  it('tells each pull request once', async () => {
    await start({ repositories: 2, pullRequests: 2 });

    const told = await bench.cycle();

    expect(told.map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual([
      ...['app-1#1 new', 'app-1#2 new', 'app-2#1 new', 'app-2#2 new'],
    ]);
    expect(await bench.cycle()).toEqual([]);
  });

  it(
    'lists a repository to its end, however many are open',
    async () => {
      await start({ repositories: 1, pullRequests: 160, checks: () => [] });

      const result = await bench.discover();

      expect(result.pullRequests).toMatchObject({ open: 160, read: 160 });
      expect(bench.requests().map(({ operation }) => operation)).toEqual([
        'LookAtPullRequests',
        ...['ListMorePullRequests', 'ListMorePullRequests'],
        ...Array.from({ length: 7 }, () => 'ReadPullRequests'),
      ]);
    },
    SLOW_MS,
  );
});

describe('a cycle without news', () => {
  it('asks for nothing but the lists, 25 repositories at a time', async () => {
    await start({ repositories: 30, pullRequests: 3 });
    await settle();

    const result = await bench.discover();

    expect(result).toMatchObject({ repositories: { unchanged: 30 }, pullRequests: { open: 90, read: 0, changed: 0 } });
    expect(bench.requests()).toEqual([
      { operation: 'LookAtPullRequests', ids: 25 },
      { operation: 'LookAtPullRequests', ids: 5 },
    ]);
  });

  it('counts the checks that are waited for, and no others', async () => {
    const checks = (_repository: number, pullRequest: number) =>
      pullRequest === 0 ? [...allGreen, { name: 'deploy' }] : allGreen;
    await start({ repositories: 3, pullRequests: 4, checks });
    await settle();

    const result = await bench.discover();

    expect(result.pullRequests).toMatchObject({ counted: 3, read: 0 });
    expect(bench.requests()).toEqual([
      { operation: 'LookAtPullRequests', ids: 3 },
      { operation: 'CountChecks', ids: 3 },
    ]);
  });
});

describe('what happened to a pull request', () => {
  const happenings: readonly (readonly [string, (bench: DiscoveryBench) => unknown, string])[] = [
    ['it was closed', ({ app, hub }) => hub.seed.closePullRequest(app(1), 2), 'closed'],
    ['it was merged', ({ app, hub }) => hub.seed.mergePullRequest(app(1), 2), 'merged'],
    ['it became a draft', ({ app, hub }) => hub.seed.setDraft(app(1), 2, true), 'drafted'],
    ['its title changed', ({ app, hub }) => hub.seed.editIssue(app(1), 2, { title: 'Other' }), 'renamed'],
    [
      'it was pushed to',
      ({ app, hub }) => hub.seed.addCommit(app(1), 'topic-2', { message: 'More', files: { 'a.txt': 'a' } }),
      'head_moved',
    ],
    [
      'it was force-pushed',
      ({ app, hub }) => hub.seed.forcePush(app(1), 'topic-2', { message: 'Other', files: { 'b.txt': 'b' } }),
      'head_moved',
    ],
  ];

  it.each(happenings)('is told once, to that one alone: %s', async (_what, act, kind) => {
    await start({ repositories: 3, pullRequests: 3 });
    await settle();
    await act(bench);

    const told = await bench.cycle();

    expect(told).toEqual([expect.stringMatching(new RegExp(`^app-1#2 .*\\b${kind}\\b`))]);
    expect(await bench.cycle()).toEqual([]);
    bench.restart();
    expect(await bench.cycle()).toEqual([]);
  });

  it('is told also where it comes back', async () => {
    await start({ repositories: 1, pullRequests: 2 });
    bench.hub.seed.closePullRequest(bench.app(1), 1);
    await settle();
    await bench.hub.seed.reopenPullRequest(bench.app(1), 1);

    const told = await bench.cycle();

    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^app-1#1 /);
  });

  it('is told also where it came back and ended again between two looks', async () => {
    await start({ repositories: 2, pullRequests: 2 });
    await bench.cycle();
    bench.hub.seed.closePullRequest(bench.app(1), 1);
    await settle();
    await bench.hub.seed.reopenPullRequest(bench.app(1), 1);
    await bench.hub.seed.mergePullRequest(bench.app(1), 1);

    const told = await bench.cycle();

    expect(told).toEqual([expect.stringMatching(/^app-1#1 .*\bmerged\b/)]);
    expect(await bench.cycle()).toEqual([]);
  });

  it('is told also where it began and ended between two looks', async () => {
    await start({ repositories: 2, pullRequests: 1 });
    await settle();
    const { seed } = bench.hub;
    await seed.addCommit(bench.app(2), 'short', { from: 'main', message: 'Short', files: { 'c.txt': 'c' } });
    await seed.addPullRequest(bench.app(2), { headRefName: 'short', title: 'Short' });
    await seed.mergePullRequest(bench.app(2), 2);

    const told = await bench.cycle();

    expect(told).toEqual([expect.stringMatching(/^app-2#2 .*\bmerged\b/)]);
    expect(await bench.cycle()).toEqual([]);
  });

  it('is seen though it is far down in a long list: it went while another came', async () => {
    await start({ repositories: 1, pullRequests: 40, checks: () => [] });
    await settle();
    bench.hub.seed.closePullRequest(bench.app(1), 35);
    await bench.hub.seed.addCommit(bench.app(1), 'another', {
      from: 'main',
      message: 'Other',
      files: { 'c.txt': 'c' },
    });
    await bench.hub.seed.addPullRequest(bench.app(1), { headRefName: 'another', title: 'Another' });

    const told = await bench.cycle();

    expect(told.map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual(['app-1#35 closed', 'app-1#41 new']);
  });
});

describe('checks', () => {
  it('are told when they end, though the pull request itself has not moved', async () => {
    const checks = () => [{ name: 'build', conclusion: 'SUCCESS' as const }];
    await start({ repositories: 2, pullRequests: 2, checks });
    const oid = bench.fleet[0]?.pullRequests[1]?.headOid ?? '';
    const { id } = bench.hub.seed.addCheckRun(bench.app(1), { oid, name: 'test' });
    await settle();
    bench.hub.seed.updateCheckRun(id, { status: 'COMPLETED', conclusion: 'FAILURE' });

    const told = await bench.cycle();

    expect(told).toEqual([expect.stringMatching(/^app-1#2 .*check_failed/)]);
    expect(bench.requests()).toEqual([
      { operation: 'LookAtPullRequests', ids: 2 },
      { operation: 'CountChecks', ids: 1 },
      { operation: 'ReadPullRequests', ids: 1 },
    ]);
  });

  it('are all read, however many a commit has', async () => {
    await start({ repositories: 1, pullRequests: 1, checks: () => [] });
    const oid = bench.fleet[0]?.pullRequests[0]?.headOid ?? '';
    for (let index = 0; index < 140; index += 1) {
      bench.hub.seed.addCheckRun(bench.app(1), { oid, name: `check ${index}`, conclusion: 'SUCCESS' });
    }

    await bench.discover();

    const address = { repositoryId: bench.fleet[0]?.id ?? '', repository: bench.app(1), number: 1 };
    expect(await bench.ledger.pullRequests.checksOf(address)).toHaveLength(140);
  });
});
