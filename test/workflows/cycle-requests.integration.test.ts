import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { WorkAnswer, WorkRequest } from '../../src/domain/cycle/desk.ts';
import { stateQuery, WORK_CYCLE_WORKFLOW, withdrawSignal, workRequestSignal } from '../../src/workflows/protocol.ts';
import { aSync } from '../domain/builders.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { failure, gate, withIssue } from './support.ts';

let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});

afterAll(() => temporal.close());

interface Asker {
  readonly request: (phase?: WorkRequest['phase']) => WorkRequest;
  readonly answers: () => Promise<WorkAnswer[]>;
}

/** Whoever asks: no worker runs it, its history alone shows which answers came. */
async function withAsker(test: (asker: Asker) => Promise<void>): Promise<void> {
  const handle: WorkflowHandle = await temporal.client.workflow.start(WORK_CYCLE_WORKFLOW, {
    workflowId: `work:asker:${randomUUID()}`,
    taskQueue: `nobody-${randomUUID()}`,
    args: [{}],
  });
  try {
    await test({
      request: (phase = 'plan') => ({
        ...{ requestId: randomUUID(), phase, replyTo: handle.workflowId },
        ...{ agent: null, model: null },
      }),
      answers: async () => {
        const { events } = await handle.fetchHistory();
        return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
          const data = signal?.input?.payloads?.[0]?.data;
          return data ? [JSON.parse(Buffer.from(data).toString()) as WorkAnswer] : [];
        });
      },
    });
  } finally {
    await handle.terminate('test over');
  }
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function forAMoment(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
}

describe('a request of a cycle', () => {
  it('is answered once, however often it comes', async () => {
    await withAsker(async ({ answers, request }) => {
      await withIssue(temporal, {}, async (issue) => {
        const { handle } = issue;
        const asked = request();
        await Promise.all([1, 2, 3].map(() => handle.signal(workRequestSignal, asked)));
        await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
        await until(async () => (await answers()).length > 0);
        await handle.signal(workRequestSignal, asked);
        await forAMoment();

        expect(await answers()).toEqual([
          { requestId: asked.requestId, replyTo: asked.replyTo, outcome: 'done', reason: null, error: null },
        ]);
      });
    });
  });

  it('is answered once the ledger knows what the answer tells of', async () => {
    const told = gate();
    await withAsker(async ({ answers, request }) => {
      const activities = { recordIssue: () => told.passed.then(() => true) };
      await withIssue(temporal, activities, async (issue) => {
        const { handle } = issue;
        await handle.signal(workRequestSignal, request());
        await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
        await forAMoment();
        expect(await answers()).toEqual([]);

        told.open();

        await until(async () => (await answers()).length === 1);
      });
    });
  });

  it('fails where GitHub does not show the issue, and a later one begins', async () => {
    let isAway = true;
    const syncIssue = () => (isAway ? Promise.reject(failure('GitHubUnavailable', 'away')) : Promise.resolve(aSync()));
    await withAsker(async ({ answers, request }) => {
      await withIssue(temporal, { syncIssue }, async (issue) => {
        const { handle } = issue;
        await until(async () => (await issue.summary()).step === null);
        await handle.signal(workRequestSignal, request());
        await until(async () => (await answers()).length === 1);
        expect(await answers()).toMatchObject([{ outcome: 'failed', error: 'GitHubUnavailable', reason: 'away' }]);
        expect((await issue.summary()).plan.state).toBe('none');

        isAway = false;
        await handle.signal(workRequestSignal, request());

        await until(async () => (await answers()).length === 2);
        expect((await answers())[1]).toMatchObject({ outcome: 'done' });
      });
    });
  });

  it('that comes while a closed issue tells the ledger its last is answered before the workflow ends', async () => {
    const told = gate();
    let isClosed = false;
    const activities = {
      syncIssue: () => Promise.resolve(aSync(isClosed ? { state: 'closed' } : {})),
      recordIssue: () => (isClosed ? told.passed : Promise.resolve()).then(() => true),
    };
    await withAsker(async ({ answers, request }) => {
      await withIssue(temporal, activities, async (issue) => {
        const { handle } = issue;
        await until(async () => (await issue.summary()).step === null);
        isClosed = true;
        await handle.signal('sync');
        await until(async () => (await issue.summary()).outcome === 'closed');
        await forAMoment();
        await handle.signal(workRequestSignal, request());
        await forAMoment();

        told.open();
        await handle.result();

        expect(await answers()).toMatchObject([{ outcome: 'skipped', reason: 'closed' }]);
      });
    });
  });

  it('is answered once over continue-as-new, and known afterwards', async () => {
    await withAsker(async ({ answers, request }) => {
      await withIssue(temporal, {}, async (issue) => {
        const { activities, handle } = issue;
        const before = request();
        await handle.signal(workRequestSignal, before);
        await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
        const first = (await handle.describe()).runId;
        const during = Array.from({ length: 5 }, () => request('review'));
        // A history of so many bytes is one that the server wants to end.
        for (const next of during) {
          await handle.signal(withdrawSignal, 'x'.repeat(1_000_000));
          await handle.signal(workRequestSignal, next);
        }
        await until(async () => (await handle.describe()).runId !== first);
        await handle.signal(workRequestSignal, before);
        const after = request();
        await handle.signal(workRequestSignal, after);

        await until(async () => (await answers()).some(({ requestId }) => requestId === after.requestId));
        await forAMoment();

        const ids = (await answers()).map(({ requestId }) => requestId);
        expect(ids).toHaveLength(7);
        expect(new Set(ids).size).toBe(7);
        expect(activities.calls.filter((name) => name === 'runAgent')).toHaveLength(1);
        expect(await handle.query(stateQuery)).toMatchObject({ plan: { state: 'awaiting_review' } });
      });
    });
  });
});
