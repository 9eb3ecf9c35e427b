import { type TrackedIssue, listIssues } from '../../client/issue-list.ts';
import type { PendingStep } from '../../client/pending-step.ts';
import type { Config } from '../../config/schema.ts';
import { locateConfig } from '../../config/location.ts';
import { GhwError } from '../../domain/errors.ts';
import { formatIssue } from '../../domain/issue.ts';
import { formatPullRequest } from '../../domain/pull-request/identity.ts';
import { pullRequestPhaseNames } from '../../domain/pull-request/phase.ts';
import type { LedgerPullRequest } from '../../ledger/pull-request-ledger.ts';
import type { CommandContext } from '../context.ts';
import { standingText } from '../describe.ts';
import { type IssueLine, joinIssues } from '../listing/line.ts';
import { asGhwError } from '../output.ts';
import { checksText, prLine } from '../prs/line.ts';
import {
  type Part,
  type RunningIssue,
  type SetUpFacts,
  type Status,
  type WaitingPullRequest,
  firstCommand,
  nextOf,
  sorted,
  stageOf,
} from './status.ts';

/** Whoever asks how things are does not wait for what is away. */
const PATIENCE_MS = 5_000;
/** Of so many running issues, what their steps do is asked. */
const MAX_STEPS = 20;
/** Among so many issues, one to begin with is looked for. */
const MAX_NEWEST = 200;

/** Finds out how things are; what cannot be reached is said, and stops nothing. */
export async function readStatus(context: CommandContext): Promise<Status> {
  const problems: { part: Part; message: string }[] = [];
  const attempt = async <T>(part: Part, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await within(PATIENCE_MS, part, work());
    } catch (error) {
      const { message } = asGhwError(error);
      if (!problems.some((problem) => problem.part === part)) problems.push({ part, message });
      return null;
    }
  };
  const loaded = await attempt('configuration', () => context.config());
  const [live, kept] =
    loaded === null
      ? [null, null]
      : await Promise.all([
          attempt('temporal', () => readLive(context, loaded.config)),
          attempt('ledger', () => readKept(context, loaded.config)),
        ]);
  const lines =
    live?.lines ?? (kept === null ? null : await attempt('ledger', () => recorded(context, loaded?.config)));
  const { running, waiting, failed } = sorted(lines ?? []);
  const facts: SetUpFacts = {
    configured: loaded?.exists ?? true,
    broken: loaded === null,
    repositories: loaded?.config.repositories.map(({ name }) => name) ?? [],
    issues: kept?.issues ?? null,
    worker: live?.worker ?? null,
  };
  const stage = stageOf(facts);
  const { path, command } = locateConfig(context.configOptions);
  return {
    setUp: {
      stage,
      path,
      repositories: facts.repositories.length,
      issues: facts.issues,
      worker: facts.worker,
    },
    next: nextOf(stage, facts, failed[0]?.next ?? waiting[0]?.next ?? kept?.begin).replace(/^ghw(?= )/, command),
    problems,
    cycles: live?.cycles ?? null,
    running: lines && running.map((line) => runningIssue(line, live?.steps.get(formatIssue(line)))),
    waiting: lines && waiting,
    failed: lines && failed,
    pullRequests: kept?.pullRequests ?? null,
    cost: kept?.cost ?? null,
  };
}

async function within<T>(ms: number, part: Part, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new GhwError('Internal', `No answer within ${String(ms / 1000)} seconds from ${part}.`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What waits for somebody, as Temporal says it, and what each running issue does. */
async function readLive(context: CommandContext, config: Config) {
  const temporal = await context.temporal();
  const { hasWorker } = await import('../../client/worker-presence.ts');
  const { readCycles } = await import('./cycles.ts');
  const { workClient } = await import('../../client/work-cycle/work-client.ts');
  const [issues, worker, cycles] = await Promise.all([
    listIssues(temporal, { waitsFor: ['person', 'agent'] }),
    hasWorker(temporal, config.temporal.task_queue),
    readCycles(workClient(temporal, config.temporal.task_queue)),
  ]);
  const lines = joinIssues({ ledger: undefined, live: issues }, config.repositories);
  const steps = await stepsOf(context, issues);
  return { lines, worker, steps, cycles };
}

async function stepsOf(
  context: CommandContext,
  issues: readonly TrackedIssue[],
): Promise<ReadonlyMap<string, PendingStep>> {
  const [{ client }, { pendingStepOf }] = await Promise.all([
    context.temporal(),
    import('../../client/pending-step.ts'),
  ]);
  const running = issues.filter(({ waitsFor }) => waitsFor === 'agent').slice(0, MAX_STEPS);
  const found = await Promise.all(
    running.map(async (issue) => {
      // An issue that has just ended has no step.
      const step = await pendingStepOf(client.workflow.getHandle(issue.workflowId)).catch(() => undefined);
      return step === undefined ? [] : [[formatIssue(issue), step] as const];
    }),
  );
  return new Map(found.flat());
}

function runningIssue(line: IssueLine, step: PendingStep | undefined): RunningIssue {
  const { repository, number, title, costUsd } = line;
  const { agent, doing } = step?.details ?? {};
  return {
    ...{ repository, number, title, costUsd },
    doing: standingText(line),
    step: typeof doing === 'string' ? doing : null,
    agent: typeof agent === 'string' ? agent : null,
    attempt: step?.attempt ?? null,
    since: step?.since ?? null,
  };
}

/** What the ledger alone knows. */
async function readKept(context: CommandContext, config: Config) {
  const ledger = await context.ledger();
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const [repositories, byAgent, today, newest, failing, ready] = await Promise.all([
    ledger.repositories.list(),
    ledger.runs.spend('agent'),
    ledger.runs.spend('agent', midnight.toISOString()),
    ledger.issues.list({ limit: MAX_NEWEST }),
    ledger.pullRequests.withFailedChecks(),
    ledger.pullRequests.readyForReview(),
  ]);
  return {
    issues: repositories.reduce((sum, { issueCount }) => sum + issueCount, 0),
    begin: firstCommand(newest, config.sync.labels),
    pullRequests: { failing: failing.map(waitingPullRequest), waiting: ready.map(waitingPullRequest) },
    cost: { todayUsd: costOf(today), totalUsd: costOf(byAgent), byAgent },
  };
}

function waitingPullRequest(pull: LedgerPullRequest): WaitingPullRequest {
  const { number, repository, title, url } = pull;
  const line = prLine(pull);
  const checks = checksText(line);
  return {
    ...{ repository, number, title, url },
    what: line.phase === 'checks_failed' ? `checks: ${checks}` : pullRequestPhaseNames[line.phase],
    next: `ghw prs ${line.phase === 'checks_failed' ? 'show' : 'open'} ${formatPullRequest(pull)}`,
  };
}

function costOf(lines: readonly { readonly costUsd: number }[]): number {
  return lines.reduce((sum, { costUsd }) => sum + costUsd, 0);
}

/** Where Temporal cannot be reached: as issues last told. */
async function recorded(context: CommandContext, config: Config | undefined): Promise<readonly IssueLine[]> {
  const ledger = await (await context.ledger()).issues.list();
  return joinIssues({ ledger, live: undefined }, config?.repositories ?? []);
}
