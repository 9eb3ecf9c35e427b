import pLimit from 'p-limit';
import { connectTemporal } from '../src/client/connection.ts';
import { IssueClient } from '../src/client/issues.ts';
import type { IssueIdentity } from '../src/domain/issue-state.ts';
import { issueWorkflowId, WORK_CYCLE_WORKFLOW } from '../src/workflows/protocol.ts';
import type { BenchmarkResult } from './lib/benchmark.ts';
import { historySize, historySizes, largest } from './lib/history-size.ts';
import { BENCH_LOGIN, withStack, type BenchStack } from './lib/stack.ts';

const DEFAULT_ISSUES = 300;
const REPOSITORIES = 3;
/** Agent runs at a time. */
const SLOTS = 4;

/**
 * Issues through work cycles with the scripted agent: one that plans them all, approvals, one that implements and reviews
 * them all. How long the histories get that Temporal keeps of the cycles and of each issue (its limits: 51,200 events,
 * 50 MB).
 *
 * @param args - the number of issues; default 300
 */
export async function benchmark([countText]: readonly string[]): Promise<BenchmarkResult> {
  const count = Number(countText ?? DEFAULT_ISSUES);
  if (!Number.isInteger(count) || count < REPOSITORIES || count > 1_000)
    throw new Error(`The number of issues is a whole number from ${REPOSITORIES} to 1000.`);
  const each = Math.ceil(count / REPOSITORIES);
  const names = Array.from({ length: REPOSITORIES }, (_, index) => `cycle-${index + 1}`);
  const issues = names.flatMap((name) =>
    Array.from({ length: each }, (_, index): IssueIdentity => ({
      ...{ repository: `octo/${name}`, repositoryId: null, number: index + 1 },
    })),
  );
  const config = {
    plan: { parallelism: 32 },
    implement: { parallelism: 32 },
    review: { parallelism: 32 },
    work: { max_new_plans_per_cycle: 1_000 },
    // What is measured is our own part, and not GitHub's eighty changes in a minute.
    github: { change_interval: null },
    workers: { types: ['feature'], max_concurrent_tasks: SLOTS },
  };
  const repositories = names.map((name) => ({ name, issues: each, labels: ['ghw'] }));
  return withStack({ repositories, config }, (stack) => measure(stack, issues));
}

async function measure(stack: BenchStack, issues: readonly IssueIdentity[]): Promise<BenchmarkResult> {
  // Three hundred issues are more than an hour's points: a cycle waits for GitHub then, and nothing is learnt by waiting.
  stack.github.setRateLimit(BENCH_LOGIN, { limit: 100_000 });
  const { address = '', namespace = 'default', uiUrl = null } = stack.embedded.temporal ?? {};
  const temporal = await connectTemporal({ namespace, connection: { address }, source: 'ghw up', uiUrl });
  try {
    const planning = await stack.ghw('work', '--once', '--fail-on-error');
    await approve(new IssueClient(temporal), issues);
    const implementing = await stack.ghw('work', '--once', '--fail-on-error');
    const cycles = await historySizes(temporal, WORK_CYCLE_WORKFLOW);
    const sizes = await Promise.all(
      issues.map(({ number, repository }) => historySize(temporal, issueWorkflowId(repository, number))),
    );
    const issue = largest(sizes);
    const cycle = largest(cycles);
    expectPullRequests(stack, issues);
    const seconds = Math.round((planning.elapsedMs + implementing.elapsedMs) / 1_000);
    const { peakMb } = await stack.memory();
    return {
      caption:
        `Histories of ${issues.length} issues and their two cycles, planned, implemented and reviewed (the largest); the ` +
        `cycles took ${seconds} s, and the worker held ${peakMb} MB at most`,
      rows: [
        { what: 'cycle', ...cycle },
        { what: 'issue', ...issue },
      ],
      figures: {
        ...{ issues: issues.length, cycleEvents: cycle.events, cycleBytes: cycle.bytes },
        ...{ issueEvents: issue.events, issueBytes: issue.bytes, seconds, peakMb },
      },
    };
  } finally {
    await temporal.close();
  }
}

/** A history that is short because nothing was done is no result. */
function expectPullRequests({ github }: BenchStack, issues: readonly IssueIdentity[]): void {
  const names = [...new Set(issues.map(({ repository }) => repository))];
  const opened = names.reduce((sum, name) => sum + github.repository(name).pullRequests.length, 0);
  if (opened !== issues.length) throw new Error(`${opened} of ${issues.length} issues have a pull request.`);
}

async function approve(client: IssueClient, issues: readonly IssueIdentity[]): Promise<void> {
  const limit = pLimit(8);
  await limit.map([...issues], async (issue) => {
    const { plan } = await client.state(issue);
    await client.send('approvePlan', issue, { by: 'bench', digest: plan.digest });
  });
}
