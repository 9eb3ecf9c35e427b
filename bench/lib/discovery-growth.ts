import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createDiscoverRepositories } from '../../src/activities/discovery/discover-repositories.ts';
import type { DiscoveryDependencies } from '../../src/activities/discovery/dependencies.ts';
import type { DiscoveryResult } from '../../src/domain/discovery/cycle.ts';
import { skipNothing } from '../../src/domain/pull-request/skip.ts';
import { createGitHub } from '../../src/github/client.ts';
import { createDiscoverySource } from '../../src/github/discovery/source.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { startLedgerServer } from '../../src/workers/embedded/ledger-server.ts';
import { startLocalGitHub } from '../../test/peers/github/local-github.ts';
import { checksOf } from './fleet-checks.ts';

/** Of each repository. */
export const GROWTH_PULL_REQUESTS = 10;

export interface GrowthRow {
  readonly repositories: number;
  readonly requests: number;
  readonly seconds: number;
  readonly points: number;
}

/** The first cycle over so many repositories, each time with an empty ledger; without workflows, which are not what grows. */
export async function measureGrowth(sizes: readonly number[], latencyMs: number): Promise<GrowthRow[]> {
  const rows: GrowthRow[] = [];
  for (const size of sizes) rows.push(await measureOne(size, latencyMs));
  return rows;
}

async function measureOne(repositories: number, latencyMs: number): Promise<GrowthRow> {
  const directory = await mkdtemp(join(tmpdir(), 'ghw-growth-'));
  const github = await startLocalGitHub();
  const server = await startLedgerServer(directory);
  const ledger = await openLedger(server.url);
  try {
    github.seed.addToken({ token: 'growth', login: 'ghw-bench' });
    const fleet = await github.seed.addFleet({
      ...{ owner: 'octo', name: 'grow', repositories, pullRequests: GROWTH_PULL_REQUESTS },
      checks: checksOf(0, GROWTH_PULL_REQUESTS),
      createdAt: '2026-01-01T00:00:00Z',
    });
    github.setLatency(latencyMs);
    const access = { baseUrl: github.url, token: () => Promise.resolve('growth'), timeoutMs: 30_000 };
    const look = { isCritical: false, pollingIntervalMs: null, timeZone: 'UTC', businessHours: [] };
    const common = { priority: 3, active: true };
    const settings = {
      concurrency: 4,
      repositories: fleet.map(({ id, nameWithOwner: name }) => ({
        ...{ id, name, ...common, look: { ...look, ...common }, skip: skipNothing },
      })),
    };
    const deps: DiscoveryDependencies = {
      github: createGitHub(access),
      ledger,
      discovery: createDiscoverySource(access),
      discoverySettings: () => Promise.resolve(settings),
      pullRequestDoor: { tell: () => Promise.reject(new Error('Nobody is told here.')) },
    };
    const discover = createDiscoverRepositories(deps);
    const result = await new MockActivityEnvironment().run<[{ repositories: null }], DiscoveryResult, typeof discover>(
      discover,
      { repositories: null },
    );
    if (result.problemCount > 0 || result.pullRequests.read !== repositories * GROWTH_PULL_REQUESTS) {
      throw new Error(`Not all was read: ${JSON.stringify(result)}`);
    }
    const points = github.requests.reduce((sum, request) => sum + request.points, 0);
    const requests = github.requests.length;
    return { repositories, requests, seconds: Math.round(result.durationsMs.total / 10) / 100, points };
  } finally {
    await ledger.close();
    await server.stop();
    await github.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
