import { connectTemporal } from '../src/client/connection.ts';
import { runDiscovery } from '../src/client/discovery.ts';
import { workClient } from '../src/client/work-cycle/work-client.ts';
import type { DiscoveryState } from '../src/domain/discovery/cycle.ts';
import { DISCOVERY_WORKFLOW, PULL_REQUEST_WORKFLOW } from '../src/workflows/protocol.ts';
import type { BenchmarkResult } from './lib/benchmark.ts';
import { GROWTH_PULL_REQUESTS, measureGrowth } from './lib/discovery-growth.ts';
import { checksOf } from './lib/fleet-checks.ts';
import { historySizes, largest } from './lib/history-size.ts';
import { watchMemory } from './lib/memory-watch.ts';
import { readByRest } from './lib/rest-discovery.ts';
import { BENCH_LOGIN, type BenchStack, withStack } from './lib/stack.ts';

const REPOSITORIES = 100;
const PULL_REQUESTS = 10;
const LATENCY_MS = 100;
/** Pull requests with a check that has not ended: what an unchanged cycle has to look at. */
const WAITING = 40;
/** Requests at a time of who asks for one thing after the other. */
const REST_CONCURRENCY = 10;
const WARM_RUNS = 3;

/**
 * Discovery over a hundred repositories with a thousand open pull requests of three checks each, by `ghw up` with its
 * Temporal and its ledger, against a GitHub that takes its time for every request, refuses what GitHub refuses and charges
 * points by GitHub's formula: the first cycle, cycles without news, how it grows, and the same by REST.
 *
 * @param args - the numbers of repositories for the growth; default 10, 100 and 1000
 */
export async function benchmark(args: readonly string[]): Promise<BenchmarkResult> {
  const sizes = args.length === 0 ? [10, 100, 1_000] : args.map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size > 0 && size <= 1_000)) {
    throw new Error('The arguments are numbers of repositories from 1 to 1000.');
  }
  const fleet = {
    ...{ owner: 'octo', name: 'fleet', repositories: REPOSITORIES, pullRequests: PULL_REQUESTS },
    checks: checksOf(WAITING / REPOSITORIES, PULL_REQUESTS),
    permissions: { [BENCH_LOGIN]: 'WRITE' as const },
    createdAt: '2026-01-01T00:00:00Z',
  };
  const measured = await withStack({ repositories: [], config: { discovery: { frequency: '1d' } }, fleet }, measure);
  const growth = await measureGrowth(sizes, LATENCY_MS);
  const { cold, histories, memory, rest, telling, warm } = measured;
  return {
    caption:
      `Discovery of ${REPOSITORIES * PULL_REQUESTS} open pull requests with 3 checks each in ${REPOSITORIES} repositories, ` +
      `${LATENCY_MS} ms per request at GitHub; ${WAITING} of them wait for a check. Seconds from the first request to the last ` +
      `write into the ledger; starting the workflows of ${telling.told} pull requests took ${telling.seconds} s after that. ` +
      `The worker held ${memory.beforeMb} MB at most before the first cycle, ${memory.firstQuarterMb} MB while it told the first ` +
      `quarter of them, ${memory.lastQuarterMb} MB with the last one, and never more than ${memory.peakMb} MB; the longest ` +
      `histories are ${histories.discovery.events} events of a cycle and ${histories.pullRequest.events} of a pull request. ` +
      `Growth: cold, ${GROWTH_PULL_REQUESTS} pull requests each. REST: ${REST_CONCURRENCY} requests at a time.`,
    rows: [
      { what: 'cold', repositories: REPOSITORIES, ...cold },
      { what: 'warm', repositories: REPOSITORIES, ...warm },
      ...growth.map((row) => ({ what: 'growth', ...row })),
      { what: 'REST', repositories: REPOSITORIES, ...rest },
    ],
    figures: {
      ...{ cold: { ...cold }, warm: { ...warm }, growth: growth.map((row) => ({ ...row })) },
      ...{ rest: { ...rest }, telling, memory },
      histories: { discovery: { ...histories.discovery }, pullRequest: { ...histories.pullRequest } },
      avoidedShare: Math.round((1 - cold.requests / rest.requests) * 10_000) / 10_000,
    },
  };
}

async function measure(stack: BenchStack) {
  const { embedded, github, token } = stack;
  const { address = '', namespace = 'default', uiUrl = null } = embedded.temporal ?? {};
  const temporal = await connectTemporal({ namespace, connection: { address }, source: 'ghw up', uiUrl });
  try {
    const work = workClient(temporal);
    github.setLatency(LATENCY_MS);
    github.setSecondaryLimits({ concurrent: 100, pointsPerMinute: 2_000, restPointsPerMinute: Infinity });
    const { peakMb: beforeMb } = await stack.memory();
    const heldFor = watchMemory(stack);
    const first = await cycle(stack, () => runDiscovery(work));
    const held = await heldFor(first.state.telling?.durationMs ?? 0);
    const workflows = await temporal.client.workflow.count(`WorkflowType = '${PULL_REQUEST_WORKFLOW}'`);
    expectEach(first.state, workflows.count);
    let warm = first.figures;
    for (let run = 0; run < WARM_RUNS; run += 1) {
      const { figures } = await cycle(stack, () => runDiscovery(work));
      // The slowest of those without news counts, as does the one with the most requests.
      warm = run === 0 ? figures : worse(warm, figures);
    }
    const telling = {
      told: first.state.telling?.told ?? 0,
      seconds: seconds(first.state.telling?.durationMs ?? 0),
    };
    const { peakMb } = await stack.memory();
    const memory = { beforeMb, ...held, peakMb };
    const histories = {
      discovery: largest(await historySizes(temporal, DISCOVERY_WORKFLOW)),
      pullRequest: largest(await historySizes(temporal, PULL_REQUEST_WORKFLOW)),
    };
    github.setRateLimit(BENCH_LOGIN, { limit: 100_000, resource: 'core' });
    const rest = await readByRest({ url: github.url, token, concurrency: REST_CONCURRENCY }, stack.fleet);
    return { cold: first.figures, warm, telling, rest, memory, histories };
  } finally {
    await temporal.close();
  }
}

interface Figures {
  readonly requests: number;
  readonly seconds: number;
  readonly points: number;
}

async function cycle(
  { github }: BenchStack,
  run: () => ReturnType<typeof runDiscovery>,
): Promise<{ readonly state: DiscoveryState; readonly figures: Figures }> {
  github.resetRequests();
  const state = await (await run()).result();
  if (state.outcome !== 'complete' || state.reading === null) {
    throw new Error(`The cycle ended ${state.outcome}: ${state.error ?? JSON.stringify(state.reading?.problems)}`);
  }
  // What GitHub counted, not what the cycle says of itself.
  const requests = github.requests.length;
  const points = github.requests.reduce((sum, request) => sum + request.points, 0);
  return { state, figures: { requests, seconds: seconds(state.reading.durationsMs.total), points } };
}

function worse(one: Figures, other: Figures): Figures {
  return {
    requests: Math.max(one.requests, other.requests),
    seconds: Math.max(one.seconds, other.seconds),
    points: Math.max(one.points, other.points),
  };
}

/** Each pull request has one workflow, and no other has any. */
function expectEach({ telling }: DiscoveryState, workflows: number): void {
  const wanted = REPOSITORIES * PULL_REQUESTS;
  if (telling?.told === wanted && workflows === wanted) return;
  throw new Error(`${telling?.told ?? 0} pull requests were told and ${workflows} workflows started, not ${wanted}.`);
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
