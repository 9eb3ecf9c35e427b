import type { BenchmarkResult } from './lib/benchmark.ts';
import { withStack } from './lib/stack.ts';
import { spreadOf } from './lib/statistics.ts';

const REPOSITORIES = 100;
const ISSUES = 5;
const LATENCY_MS = 100;
const RUNS = 5;

/**
 * `ghw work --once`, from the start of its process to its end, over a hundred repositories that are known and have no news,
 * with a GitHub that takes its time for every request; and how many requests that is.
 */
export async function benchmark(): Promise<BenchmarkResult> {
  const repositories = Array.from({ length: REPOSITORIES }, (_, index) => ({
    ...{ name: `idle-${index + 1}`, issues: ISSUES, labels: [] },
  }));
  const samples = await withStack({ repositories, config: {} }, async ({ ghw, github }) => {
    await ghw('work', '--once');
    github.setLatency(LATENCY_MS);
    const taken: { readonly elapsedMs: number; readonly requests: number }[] = [];
    while (taken.length < RUNS) {
      github.resetRequests();
      const { elapsedMs } = await ghw('work', '--once');
      taken.push({ elapsedMs, requests: github.requests.length });
    }
    return taken;
  });
  const { max, min, p50 } = spreadOf(samples.map(({ elapsedMs }) => elapsedMs));
  const requests = Math.max(...samples.map((sample) => sample.requests));
  return {
    caption:
      `\`ghw work --once\` over ${REPOSITORIES} repositories with nothing new, ${LATENCY_MS} ms per request at GitHub ` +
      '(ms from the start of the process to its end; most requests of a run)',
    rows: [{ runs: samples.length, min, p50, max, requests }],
    figures: { requests, seconds: Math.round(p50 / 10) / 100 },
  };
}
