import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { AgentActivities, MainActivities } from '../../src/activities/types.ts';
import { isUnanswered } from '../../src/client/errors.ts';
import type { CycleActivities } from '../../src/activities/cycle/types.ts';
import type { CyclePlan, PhaseSelection } from '../../src/domain/cycle/cycle.ts';
import type { CommandName } from '../../src/domain/commands/index.ts';
import type { IssueSummary } from '../../src/domain/summary.ts';
import type { issueWorkflow } from '../../src/workflows/index.ts';
import {
  agentTaskQueue,
  commandUpdate,
  ISSUE_WORKFLOW,
  issueWorkflowId,
  stateQuery,
} from '../../src/workflows/protocol.ts';
import {
  aChange,
  anObservedIssue,
  aSync,
  aPolicy,
  aPullRequest,
  aReport,
  aTrace,
  HEAD_OID,
  PLAN_DIGEST,
  PLAN_TEXT,
} from '../domain/builders.ts';
import type { TemporalForTest } from '../setup/worker.ts';

export type FakeActivities = MainActivities & AgentActivities & CycleActivities;

/** Activities that succeed at once; a test replaces those that it is about. */
export function fakeActivities(over: Partial<FakeActivities> = {}): FakeActivities & { readonly calls: string[] } {
  const calls: string[] = [];
  const fakes: FakeActivities = {
    syncIssue: () => Promise.resolve(aSync()),
    loadPolicy: () => Promise.resolve(aPolicy()),
    recallIssue: () => Promise.resolve(null),
    recordIssue: () => Promise.resolve(true),
    publishPlan: () => Promise.resolve({ id: 'IC_1', url: 'https://example.test/comment', at: '2026-01-03T00:00:00Z' }),
    runAgent: ({ assignment }) => {
      const planned = assignment.kind === 'plan' || assignment.kind === 'revise_plan';
      const text = assignment.kind === 'revise_plan' ? `${PLAN_TEXT}\n\nRevised.` : PLAN_TEXT;
      return Promise.resolve({
        trace: aTrace({ phase: planned ? 'plan' : 'implement' }),
        plan: planned
          ? { text, digest: PLAN_DIGEST, issueTextDigest: anObservedIssue().textDigest, agent: 'scripted' }
          : null,
        change: planned ? null : aChange(),
        question: null,
        lastWords: 'Done.',
      });
    },
    reviewChange: () =>
      Promise.resolve({
        trace: aTrace({ phase: 'review' }),
        report: { verdict: 'approve', summary: 'Fine.', findings: [] },
      }),
    validateChange: ({ change }) => Promise.resolve(aReport(true, change.headOid)),
    publishChange: ({ change, branch, push }) =>
      Promise.resolve({ concerns: [], published: push ? { branch, headOid: change.headOid } : null }),
    openPullRequest: ({ draft }) => Promise.resolve(aPullRequest({ isDraft: draft, headOid: HEAD_OID })),
    publishReview: () =>
      Promise.resolve({ id: 'IC_2', url: 'https://example.test/review', at: '2026-01-03T00:00:00Z' }),
    publishQuestion: () =>
      Promise.resolve({ id: 'IC_4', url: 'https://example.test/question', at: '2026-01-03T00:00:00Z' }),
    postReminder: () =>
      Promise.resolve({ id: 'IC_3', url: 'https://example.test/reminder', at: '2026-01-03T00:00:00Z' }),
    releaseWorkspace: () => Promise.resolve(),
    syncRepositories: () => Promise.resolve([]),
    planCycle: () => Promise.resolve(aCyclePlan()),
    selectWork: () => Promise.resolve(aPhaseSelection()),
    requestWork: () => Promise.resolve([]),
    withdrawWork: () => Promise.resolve(),
    recordCycle: () => Promise.resolve(),
    runHooks: () => Promise.resolve([]),
    ...over,
  };
  const recorded = Object.fromEntries(
    Object.entries(fakes).map(([name, run]: [string, (...args: never[]) => unknown]) => [
      name,
      (...args: never[]) => {
        calls.push(name);
        return run(...args);
      },
    ]),
  ) as unknown as FakeActivities;
  return { ...recorded, calls };
}

/** What a phase takes: nothing. */
export function aPhaseSelection(over: Partial<PhaseSelection> = {}): PhaseSelection {
  return {
    targets: [],
    skipped: {},
    waitingForPerson: 0,
    alreadyRunning: 0,
    room: { total: 2, of: {} },
    ...over,
  };
}

/** A configuration with one repository. */
export function aCyclePlan(over: Partial<CyclePlan> = {}): CyclePlan {
  return {
    cycle: 1,
    repositories: [{ id: 'R_1', name: 'octo/hello', priority: 3, parallelism: {} }],
    unknown: [],
    labels: ['ghw'],
    parallelism: { plan: 4, implement: 2, review: 2 },
    maxNewPlans: 10,
    issuesPath: '/issues',
    hooks: { before: 0, after: 0, failed: 0 },
    backOffUntil: null,
    failuresInARow: 0,
    ...over,
  };
}

/** An error as an activity throws it. */
export function failure(
  type: string,
  message = type,
  options: { retryable?: boolean; details?: unknown[] } = {},
): Error {
  return ApplicationFailure.create({ type, message, nonRetryable: !options.retryable, details: options.details ?? [] });
}

/** A promise that a test settles. */
export function gate(): { readonly passed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

export type IssueHandle = WorkflowHandle<typeof issueWorkflow>;

/** One issue workflow with fake activities, and shorthands for its messages. */
export interface IssueUnderTest {
  readonly handle: IssueHandle;
  readonly activities: ReturnType<typeof fakeActivities>;
  send(name: CommandName, args?: object): Promise<IssueSummary>;
  summary(): Promise<IssueSummary>;
  /** The summary, once the issue rests (or is `wanted`). */
  settled(wanted?: (summary: IssueSummary) => boolean): Promise<IssueSummary>;
}

/** Starts an issue's workflow on workers with fake activities, runs `test`, and ends all of it. */
export async function withIssue(
  temporal: TemporalForTest,
  over: Partial<FakeActivities>,
  test: (issue: IssueUnderTest) => Promise<void>,
): Promise<void> {
  const taskQueue = `${temporal.taskQueue}-${randomUUID()}`;
  const activities = fakeActivities(over);
  const { calls: _calls, ...functions } = activities;
  const workers = await Promise.all([
    temporal.createWorker({ taskQueue, activities: functions }),
    temporal.createWorker({
      taskQueue: agentTaskQueue('feature', taskQueue),
      activities: functions,
      workflowBundle: undefined,
      maxHeartbeatThrottleInterval: '200ms',
    }),
  ]);
  const number = 42;
  const repository = `octo/hello-${randomUUID().slice(0, 8)}`;
  const handle: IssueHandle = await temporal.client.workflow.start<typeof issueWorkflow>(ISSUE_WORKFLOW, {
    workflowId: issueWorkflowId(repository, number),
    taskQueue,
    args: [{ issue: { repository, repositoryId: null, number } }],
  });
  const summary = (): Promise<IssueSummary> => answered(() => handle.query(stateQuery));
  const issue: IssueUnderTest = {
    handle,
    activities,
    send: (name, args = {}) => handle.executeUpdate(commandUpdate(name), { args: [{ by: 'ana', ...args }] }),
    summary,
    async settled(wanted = (seen) => seen.step === null) {
      for (;;) {
        const seen = await summary();
        if (wanted(seen)) return seen;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
  try {
    await runWhile(workers, () => test(issue));
  } finally {
    await handle.terminate('test over').catch(() => undefined);
  }
}

export async function runWhile(workers: readonly Worker[], test: () => Promise<void>): Promise<void> {
  const [worker, ...others] = workers;
  if (!worker) return test();
  await worker.runUntil(() => runWhile(others, test));
}

/** Asks until a busy worker has found the time to answer. */
export async function answered<Answer>(query: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await query();
    } catch (error) {
      if (!isUnanswered(error)) throw error;
    }
  }
}
