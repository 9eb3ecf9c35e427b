import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import type { TemporalClient } from '../../src/client/connection.ts';
import { connectTemporal } from '../../src/client/connection.ts';
import { followIssue, phaseError } from '../../src/client/follow.ts';
import { listIssues } from '../../src/client/issue-list.ts';
import { IssueClient } from '../../src/client/issues.ts';
import { ensureSearchAttributes, missingSearchAttributes } from '../../src/client/search-attributes.ts';
import { findsWorker, hasWorker } from '../../src/client/worker-presence.ts';
import type { IssueIdentity } from '../../src/domain/issue-state.ts';
import { agentTaskQueue } from '../../src/workflows/protocol.ts';
import { aRepository, aSync, PLAN_DIGEST } from '../domain/builders.ts';
import { testEnvironment } from '../setup/environment.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { failure, fakeActivities, type FakeActivities } from '../workflows/support.ts';
import { untilStopped } from './until-stopped.ts';

let server: TemporalForTest;
let temporal: TemporalClient;
let taskQueue: string;
let issue: IssueIdentity;
let client: IssueClient;

beforeAll(async () => {
  server = await connectToTemporal();
  const { temporalAddress: address, namespace } = testEnvironment();
  temporal = await connectTemporal({ namespace, connection: { address }, source: 'environment', uiUrl: null });
});
afterAll(async () => {
  await temporal.close();
  await server.close();
});
beforeEach(() => {
  taskQueue = `test-${randomUUID()}`;
  issue = { repository: `octo/hello-${randomUUID().slice(0, 8)}`, repositoryId: null, number: 42 };
  client = new IssueClient(temporal, { taskQueue, acceptMs: 6_000 });
});

/** Runs `test` while workers with fake activities take the queue's work. */
async function withWorker<T>(test: () => Promise<T>, over: Partial<FakeActivities> = {}): Promise<T> {
  const { calls: _calls, ...activities } = fakeActivities({
    syncIssue: () => Promise.resolve(aSync({ repository: aRepository({ nameWithOwner: issue.repository }) })),
    ...over,
  });
  const [main, agents] = await Promise.all([
    server.createWorker({ taskQueue, activities }),
    server.createWorker({ taskQueue: agentTaskQueue('feature', taskQueue), activities, workflowBundle: undefined }),
  ]);
  return main.runUntil(() => agents.runUntil(test));
}

async function planned(): Promise<void> {
  await client.send('plan', issue, { by: 'ana' });
  await followIssue(client, issue, 'plan', { onProgress: () => undefined, pollMs: 20 });
}

describe('with a worker', () => {
  it('starts an issue’s life, and tells what it has become', async () => {
    await withWorker(async () => {
      const sent = await client.send('plan', issue, { by: 'ana' });
      const end = await followIssue(client, issue, 'plan', { onProgress: () => undefined, pollMs: 20 });

      expect(sent).toMatchObject({ via: 'update', summary: { plan: { state: 'generating' } } });
      expect(end).toMatchObject({ result: 'waiting_for_person', summary: { plan: { digest: PLAN_DIGEST } } });
      expect(phaseError(end, 'plan')).toBeUndefined();
      expect(await client.plan(issue)).toMatchObject({ version: 1, digest: PLAN_DIGEST });
      expect(await client.audit(issue)).toEqual([expect.objectContaining({ action: 'plan', by: 'ana', door: 'cli' })]);
    });
  });

  it('turns the workflow’s refusal into our error, with its name, reason and hint', async () => {
    await withWorker(async () => {
      await planned();

      await expect(client.send('approvePlan', issue, { by: 'ana', digest: 'f'.repeat(64) })).rejects.toMatchObject({
        name: 'PlanDigestMismatch',
        message: expect.stringContaining(`${issue.repository}#42`),
        hint: 'read the plan as it is now: ghw plans review',
      });
      await expect(client.send('implement', issue, { by: 'ana' })).rejects.toMatchObject({ name: 'NotApplicable' });
    });
  });

  it('says that an issue without a workflow is not tracked', async () => {
    await withWorker(async () => {
      const error = { name: 'IssueNotTracked', hint: `ghw issues sync ${issue.repository} 42` };

      await expect(client.send('approvePlan', issue, { by: 'ana', version: 1 })).rejects.toMatchObject(error);
      await expect(client.state(issue)).rejects.toMatchObject(error);
    });
  });

  it('applies the same request once', async () => {
    await withWorker(async () => {
      await planned();
      const requestId = randomUUID();
      const approval = { by: 'ana', digest: PLAN_DIGEST, requestId };
      await client.send('approvePlan', issue, approval);
      await client.send('approvePlan', issue, approval);

      const approvals = (await client.audit(issue)).filter(({ action }) => action === 'approvePlan');
      expect(approvals).toHaveLength(1);
    });
  });

  it('syncs an issue, and passes on what GitHub said', async () => {
    await withWorker(async () => {
      expect(await client.sync(issue)).toMatchObject({ via: 'update', summary: { title: 'Greet' } });
    });
    const missing = { ...issue, number: 404 };
    await withWorker(
      async () => {
        await expect(client.sync(missing)).rejects.toMatchObject({ name: 'GitHubForbidden' });
      },
      { syncIssue: () => Promise.reject(failure('GitHubForbidden')) },
    );
  });

  it('follows a phase to its failure, and says why it failed', async () => {
    await withWorker(
      async () => {
        await client.send('plan', issue, { by: 'ana' });
        const end = await followIssue(client, issue, 'plan', { onProgress: () => undefined, pollMs: 20 });

        expect(end.result).toBe('failed');
        expect(phaseError(end, 'plan')).toMatchObject({
          name: 'AgentAuthentication',
          message: `${issue.repository}#42: no key`,
          hint: `Try again: ghw issues plan ${issue.repository}#42`,
        });
      },
      { runAgent: () => Promise.reject(failure('AgentAuthentication', 'no key')) },
    );
  });

  it('lists issues by repository from visibility alone', async () => {
    await withWorker(planned);

    const [listed, ...more] = await eventually(() => listIssues(temporal, { repositories: [issue.repository] }));

    expect(more).toEqual([]);
    expect(listed).toMatchObject({ number: 42, title: 'Greet', planState: 'awaiting_review', waitsFor: 'person' });
    expect(await listIssues(temporal, { repositories: ['octo/nothing-of-that-name'] })).toEqual([]);
  });
});

describe('without a worker', () => {
  it('leaves what can be a signal, and fails at once where an answer is needed', async () => {
    expect(await findsWorker(temporal, taskQueue)).toBe(false);

    expect(await client.send('plan', issue, { by: 'ana' })).toMatchObject({ via: 'signal' });
    await expect(client.send('editPlan', issue, { by: 'ana', text: 'mine' })).rejects.toMatchObject({
      name: 'NoWorker',
      hint: expect.stringContaining('ghw up'),
    });
    await expect(client.state(issue)).rejects.toMatchObject({ name: 'NoWorker' });
  });

  it('has the signal applied when a worker comes', async () => {
    await client.send('plan', issue, { by: 'ana', guidance: 'short' });

    const end = await withWorker(() => followIssue(client, issue, 'plan', { onProgress: () => undefined, pollMs: 20 }));

    expect(end.summary.plan.state).toBe('awaiting_review');
  });

  it('refuses a signal for an issue that has no workflow', async () => {
    await expect(client.send('pause', issue, { by: 'ana' })).rejects.toMatchObject({ name: 'IssueNotTracked' });
  });

  it('falls back to a signal when a worker is listed but gone, and the command is applied once', async () => {
    await withWorker(planned);
    expect(await hasWorker(temporal, taskQueue)).toBe(true);

    const sent = await client.send('approvePlan', issue, { by: 'ana', digest: PLAN_DIGEST });
    expect(sent.via).toBe('signal');

    await withWorker(async () => {
      await eventually(async () => ((await client.state(issue)).plan.state === 'approved' ? [true] : []));
      const approvals = (await client.audit(issue)).filter(({ action }) => action === 'approvePlan');
      expect(approvals).toEqual([expect.objectContaining({ by: 'ana', door: 'cli' })]);
    });
  });

  it('waits on while the worker is away, and says so', async () => {
    const seen = new Set<string>();
    await withWorker(() => client.send('plan', issue, { by: 'ana' }), { runAgent: untilStopped });
    const following = followIssue(client, issue, 'plan', {
      pollMs: 50,
      onProgress: ({ status }) => seen.add(status),
    });
    await eventually(() => Promise.resolve(seen.has('no_worker') ? [true] : []));

    const end = await withWorker(() => following);

    expect(end.result).toBe('waiting_for_person');
  });
});

describe('search attributes', () => {
  it('are added where they are missing, and are then left alone', async () => {
    const namespace = `ns-${randomUUID().slice(0, 8)}`;
    await temporal.connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    const client = new Client({ connection: temporal.connection, namespace });
    const other: TemporalClient = { ...temporal, client, namespace };

    const missing = await eventually(() => missingSearchAttributes(other).catch(() => []));
    expect(await ensureSearchAttributes(other)).toEqual(missing);
    await eventually(async () => ((await missingSearchAttributes(other)).length === 0 ? [true] : []));

    expect(await ensureSearchAttributes(other)).toEqual([]);
  });
});

/** Asks until there is an answer; the test's own time limit ends it. */
async function eventually<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  for (;;) {
    const answer = await ask();
    if (answer.length > 0) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
