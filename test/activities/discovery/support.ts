import type { Info } from '@temporalio/activity';
import { activity } from '../../../src/activities/failures.ts';
import type { DiscoveryDependencies } from '../../../src/activities/discovery/dependencies.ts';
import { createDiscoverRepositories } from '../../../src/activities/discovery/discover-repositories.ts';
import { createTellPullRequests } from '../../../src/activities/discovery/tell-pull-requests.ts';
import type { DiscoveryRequest, DiscoveryResult, TellingResult } from '../../../src/domain/discovery/cycle.ts';
import { type SkipRules, skipNothing } from '../../../src/domain/pull-request/skip.ts';
import { type BudgetRules, createBudget } from '../../../src/github/budget.ts';
import { createGitHub } from '../../../src/github/client.ts';
import { createDiscoverySource } from '../../../src/github/discovery/source.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import type { LedgerPullRequest, UntoldPullRequest } from '../../../src/ledger/pull-request-ledger.ts';
import type { FleetCheck, FleetRepository } from '../../peers/github/seed/fleet.ts';
import { type LocalGitHub, startLocalGitHub } from '../../peers/github/local-github.ts';
import { startLedger } from '../ledger-support.ts';
import { type Attempt, attempt } from '../support.ts';

/** Long before any test: nothing is young, and nothing lies within the overlap of two looks. */
export const LONG_AGO = '2026-01-01T00:00:00Z';

export const allGreen: readonly FleetCheck[] = [
  { name: 'build', conclusion: 'SUCCESS' },
  { name: 'lint', conclusion: 'SUCCESS' },
  { name: 'test', conclusion: 'SUCCESS' },
];

export interface DiscoveryWish {
  readonly request?: DiscoveryRequest;
  readonly after?: Attempt<unknown>;
  readonly info?: Partial<Info>;
}

/** Discovery of a fleet of repositories, attempt by attempt, with a worker's knowledge that can be forgotten. */
export interface DiscoveryBench {
  readonly hub: LocalGitHub;
  readonly ledger: Ledger;
  readonly fleet: readonly FleetRepository[];
  /** Of its token. */
  readonly login: string;
  /** `owner/repo`, counted from 1. */
  readonly app: (number: number) => string;
  /** `app-1#7 kind kind …`, in the order in which workflows were told. */
  readonly told: string[];
  readonly attempt: (wish?: DiscoveryWish) => Attempt<DiscoveryResult>;
  readonly discover: (wish?: DiscoveryWish) => Promise<DiscoveryResult>;
  readonly tell: () => Promise<TellingResult>;
  /** Discovers and tells. @returns what was told by it */
  readonly cycle: () => Promise<readonly string[]>;
  /** Another worker: knows nothing of what GitHub could not answer, or of its budget. */
  readonly restart: () => void;
  /** How many repositories and pull requests each request was for, by operation. */
  readonly requests: () => readonly { readonly operation: string; readonly ids: number }[];
  /** How many pull requests were kept, and told, at a time; the most of each. */
  readonly most: { kept: number; told: number };
  /** The open ones, as the ledger has them. */
  readonly pullRequests: () => Promise<readonly LedgerPullRequest[]>;
}

export interface World {
  readonly discovery: (wish: BenchWish) => Promise<DiscoveryBench>;
  readonly stop: () => Promise<void>;
}

export interface BenchWish {
  readonly repositories: number;
  readonly pullRequests: number;
  readonly checks?: (repository: number, pullRequest: number) => readonly FleetCheck[];
  readonly concurrency?: number;
  readonly budget?: Partial<BudgetRules>;
  readonly skip?: SkipRules;
  /** Called with each pull request before it is told; may throw. */
  readonly onTell?: (untold: UntoldPullRequest) => void;
}

/** One GitHub and one ledger for the tests of a file; each test has an owner with repositories, and a token, of its own. */
export async function startWorld(): Promise<World> {
  const hub = await startLocalGitHub();
  const { ledger, stop } = await startLedger();
  let count = 0;
  return {
    discovery: (wish) => startDiscovery({ hub, ledger, unique: (count += 1) }, wish),
    stop: async () => {
      await hub.stop();
      await stop();
    },
  };
}

async function startDiscovery(
  { hub, ledger, unique }: { readonly hub: LocalGitHub; readonly ledger: Ledger; readonly unique: number },
  wish: BenchWish,
): Promise<DiscoveryBench> {
  const { budget = {}, checks = () => allGreen, concurrency = 4, onTell, skip = skipNothing } = wish;
  const owner = `acme${unique}`;
  const login = `ghw${unique}`;
  const token = `test-token-${unique}`;
  hub.clearFaults();
  await forget(ledger);
  hub.seed.addToken({ token, login });
  const fleet = await hub.seed.addFleet({
    ...{ owner, name: 'app', createdAt: LONG_AGO, checks },
    ...{ repositories: wish.repositories, pullRequests: wish.pullRequests },
  });
  const told: string[] = [];
  const access = { baseUrl: hub.url, token: () => Promise.resolve(token), timeoutMs: 60_000 };
  const newSource = () => createDiscoverySource({ ...access, budget: createBudget(budget) });
  let source = newSource();
  const most = { kept: 0, told: 0 };
  const deps = (): DiscoveryDependencies => ({
    github: createGitHub(access),
    ledger: watched(ledger, most),
    discovery: source,
    discoverySettings: () =>
      Promise.resolve({
        concurrency,
        repositories: fleet.map(({ id }, index) => ({
          ...{ id, name: `${owner}/app-${index + 1}`, priority: 3, active: true, look, skip },
        })),
      }),
    pullRequestDoor: {
      tell: (untold) => {
        onTell?.(untold);
        const { changes, pullRequest } = untold;
        const [, name = ''] = pullRequest.registeredName.split('/');
        told.push([`${name}#${pullRequest.number}`, ...changes.map(({ kind }) => kind)].join(' '));
        return Promise.resolve();
      },
    },
  });
  const start = ({ after, info = {}, request = { repositories: null } }: DiscoveryWish = {}) =>
    attempt(activity(createDiscoverRepositories(deps())), [request], { ...info, ...(after ? { after } : {}) });
  const tell = () => attempt(activity(createTellPullRequests(deps())), []).result;
  hub.resetRequests();
  return {
    ...{ hub, ledger, fleet, told, tell, login, most },
    app: (number) => `${owner}/app-${number}`,
    attempt: start,
    discover: (wanted) => start(wanted).result,
    cycle: async () => {
      await start().result;
      const before = told.length;
      await tell();
      return told.slice(before).sort();
    },
    restart: () => {
      source = newSource();
    },
    requests: () =>
      hub.requests.map(({ operationName, variables }) => ({
        operation: operationName ?? '',
        ids: Array.isArray(variables.ids) ? variables.ids.length : 1,
      })),
    pullRequests: () => ledger.pullRequests.list({ repositoryIds: fleet.map(({ id }) => id), limit: 10_000 }),
  };
}

/** A ledger that notes how much it is given, and gives, at a time. */
function watched(ledger: Ledger, most: { kept: number; told: number }): Ledger {
  const { pullRequests } = ledger;
  return {
    ...ledger,
    pullRequests: {
      ...pullRequests,
      synchronise: (readings, rulesOf) => {
        const kept = readings.reduce((sum, reading) => sum + reading.pullRequests.length, 0);
        most.kept = Math.max(most.kept, kept);
        return pullRequests.synchronise(readings, rulesOf);
      },
      untold: async (limit) => {
        const found = await pullRequests.untold(limit);
        most.told = Math.max(most.told, found.length);
        return found;
      },
    },
  };
}

const look = {
  active: true,
  isCritical: false,
  priority: 3,
  pollingIntervalMs: null,
  timeZone: 'UTC',
  businessHours: [],
};

/** What tests before have not told is nobody's any more. */
async function forget(ledger: Ledger): Promise<void> {
  const untold = await ledger.pullRequests.untold(10_000);
  await ledger.pullRequests.markTold(untold.map(({ pullRequest: { id, revision } }) => ({ id, revision })));
}
