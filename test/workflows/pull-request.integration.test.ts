import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { PullRequestActivities } from '../../src/activities/pull-request/types.ts';
import type { TemporalClient } from '../../src/client/connection.ts';
import { pullRequestWorkflows } from '../../src/client/pull-requests.ts';
import type { PullRequestNotice } from '../../src/domain/pull-request/notice.ts';
import type { PullRequestSummary } from '../../src/domain/pull-request/summary.ts';
import type { pullRequestWorkflow } from '../../src/workflows/index.ts';
import {
  PULL_REQUEST_WORKFLOW,
  pausePullRequestUpdate,
  pullRequestChangedSignal,
  pullRequestHistoryQuery,
  pullRequestStateQuery,
  pullRequestWorkflowId,
  resumePullRequestUpdate,
} from '../../src/workflows/protocol.ts';
import { change, check, notice, pullRequest } from '../domain/pull-request/life-support.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { answered, failure } from './support.ts';

type Handle = WorkflowHandle<typeof pullRequestWorkflow>;

interface Scene {
  readonly handle: Handle;
  /** Tells as discovery does. */
  readonly tell: (notice: PullRequestNotice) => Promise<void>;
  /** Sends the news without a look at what has ended. */
  readonly signal: (notice: PullRequestNotice) => Promise<void>;
  /** Starts it without a word, as somebody may in the Web UI. */
  readonly start: () => Promise<unknown>;
  readonly issuesTold: number[];
  /** Ids, in order. */
  readonly delivered: string[];
  readonly work: (test: () => Promise<void>) => Promise<void>;
  readonly summary: (wanted: (summary: PullRequestSummary) => boolean) => Promise<PullRequestSummary>;
}

const failing = { rollup: 'failure', counts: { total: 3, pending: 0, passed: 2, failed: 1 } } as const;
const told = { failureThreshold: 1, events: ['new_pull_request', 'state_change', 'failed_check'] } as const;

let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});

afterAll(async () => {
  await temporal.close();
});

/** One pull request in a repository that no other test has. */
function scene(over: Partial<PullRequestActivities> = {}): Scene {
  const taskQueue = `${temporal.taskQueue}-${randomUUID()}`;
  const repository = `octo/hello-${randomUUID().slice(0, 8)}`;
  const here = (given: PullRequestNotice): PullRequestNotice => ({
    ...given,
    pullRequest: { ...pullRequest, repository },
    nameWithOwner: repository,
    known: { ...given.known, headRepository: repository },
    settings: told,
  });
  const issuesTold: number[] = [];
  const delivered: string[] = [];
  const activities: PullRequestActivities = {
    tellIssue: ({ number }) => {
      issuesTold.push(number);
      return Promise.resolve({ isThere: true });
    },
    deliverEvent: ({ id }) => {
      delivered.push(id);
      return Promise.resolve();
    },
    recallPullRequest: () => Promise.resolve(null),
    ...over,
  };
  const door = pullRequestWorkflows({ client: temporal.client } as TemporalClient, taskQueue);
  const handle: Handle = temporal.client.workflow.getHandle(pullRequestWorkflowId(repository, pullRequest.number));
  return {
    handle,
    tell: (given) => door.tell(here(given)),
    start: () =>
      temporal.client.workflow.start<typeof pullRequestWorkflow>(PULL_REQUEST_WORKFLOW, {
        workflowId: handle.workflowId,
        taskQueue,
        args: [{ pullRequest: { ...pullRequest, repository } }],
      }),
    signal: (given) => handle.signal(pullRequestChangedSignal, here(given)),
    issuesTold,
    delivered,
    work: async (test) => {
      const worker = await temporal.createWorker({ taskQueue, activities });
      await worker.runUntil(test);
      await handle.terminate('test over').catch(() => undefined);
    },
    summary: async (wanted) => {
      for (;;) {
        const seen = await answered(() => handle.query(pullRequestStateQuery));
        if (wanted(seen)) return seen;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

const opened = notice(1, { rollup: 'pending' }, [change('new', 1)]);
const failed = notice(2, failing, [change('check_failed', 2, { check: check('lint') })]);
const merged = notice(3, { state: 'merged' }, [change('merged', 3)]);

describe('the workflow of a pull request', () => {
  it('follows it to its end, and takes each change in once, however often it is told', async () => {
    const { delivered, handle, issuesTold, summary, tell, work } = scene();
    await work(async () => {
      await tell(opened);
      await tell(opened);
      await tell(failed);
      const broken = await summary(({ phase, step }) => phase === 'checks_failed' && step === null);
      expect(broken).toMatchObject({ waitsFor: 'person', issue: 42, failedChecks: [{ name: 'lint' }] });
      const { memo, searchAttributes } = await handle.describe();
      expect(searchAttributes).toMatchObject({ GhwPhase: ['checks_failed'], GhwWaitsFor: ['person'], GhwNumber: [7] });
      expect(memo).toMatchObject({ title: 'Add a greeting', branch: 'ghw/issue-42', revision: 2 });
      await tell(merged);
      await tell(opened).catch(() => undefined);

      const { outcome } = await handle.result();

      expect(outcome).toBe('merged');
      expect(delivered).toEqual(['PR_7:1:new', 'PR_7:2:check_failed:lint', 'PR_7:3:merged']);
      // Once when it was new, once when it was merged.
      expect(issuesTold).toEqual([42, 42]);
    });
  });

  it('begins anew where one is opened again, and stays ended where its end is told again', async () => {
    const { delivered, handle, summary, tell, work } = scene();
    const closed = notice(2, { state: 'closed' }, [change('closed', 2)]);
    const reopened = notice(3, {}, [change('reopened', 3)]);
    await work(async () => {
      await tell(opened);
      await tell(closed);
      expect(await handle.result()).toMatchObject({ outcome: 'closed' });
      const { runId } = await handle.describe();

      await tell(closed);

      expect(await handle.describe()).toMatchObject({ runId, status: { name: 'COMPLETED' } });
      await tell(reopened);
      expect(await summary(({ step }) => step === null)).toMatchObject({ phase: 'ready_for_review', outcome: null });
      expect((await handle.describe()).runId).not.toBe(runId);
      expect(delivered).toEqual(['PR_7:1:new', 'PR_7:2:closed', 'PR_7:3:reopened']);
    });
  });

  it('tells of the end of one that was never heard of before', async () => {
    const { delivered, handle, issuesTold, tell, work } = scene();
    await work(async () => {
      await tell(merged);

      expect(await handle.result()).toMatchObject({ outcome: 'merged' });
      expect(delivered).toEqual(['PR_7:3:merged']);
      expect(issuesTold).toEqual([42]);
    });
  });

  it('remembers over a fresh run what it has heard, with a short history', async () => {
    const { delivered, handle, signal, summary, tell, work } = scene();
    await tell(opened);
    const many = Array.from({ length: 300 }, (_, index) => index + 2);
    for (let from = 0; from < many.length; from += 100) {
      const batch = many.slice(from, from + 100);
      await Promise.all(batch.map((revision) => signal(notice(revision, {}, [change('updated', revision)]))));
    }
    const { runId } = await handle.describe();
    await work(async () => {
      await summary(({ revision, step }) => revision === 301 && step === null);
      while ((await handle.describe()).runId === runId) await new Promise((resolve) => setTimeout(resolve, 20));
      await signal(notice(301, {}, [change('updated', 301)]));
      await signal(notice(302, { state: 'merged' }, [change('merged', 302)]));

      const { outcome } = await handle.result();

      expect(outcome).toBe('merged');
      expect(delivered).toEqual(['PR_7:1:new', 'PR_7:302:merged']);
      const history = await handle.query(pullRequestHistoryQuery);
      expect(history.filter(({ what }) => what === 'merged')).toHaveLength(1);
      expect(history.length).toBeLessThanOrEqual(100);
      expect((await handle.describe()).historyLength).toBeLessThan(100);
    });
  });

  it('goes on where an issue or a hook cannot be told', async () => {
    const { handle, summary, tell, work } = scene({
      tellIssue: () => Promise.reject(failure('TemporalUnreachable', 'nobody there')),
      deliverEvent: () => Promise.reject(failure('HookFailed', 'page: ended with exit code 1')),
    });
    await work(async () => {
      await tell(opened);
      await summary(({ step }) => step === null);

      const history = await handle.query(pullRequestHistoryQuery);

      expect(history.map(({ detail, what }) => [what, detail])).toEqual([
        ['new', ''],
        ['tell_issue', '#42 was not told: nobody there'],
        ['event', 'new_pull_request was not delivered: page: ended with exit code 1'],
      ]);
    });
  });

  it('holds back what it would begin while it is paused', async () => {
    const { delivered, handle, summary, tell, work } = scene();
    await work(async () => {
      await tell(notice(1, {}, [change('checks_changed', 1)]));
      await summary(({ revision }) => revision === 1);
      const paused = await handle.executeUpdate(pausePullRequestUpdate, { args: [{ by: 'robin' }] });
      expect(paused).toMatchObject({ paused: true, waitsFor: 'person' });
      await expect(handle.executeUpdate(pausePullRequestUpdate, { args: [{ by: 'ana' }] })).rejects.toMatchObject({
        cause: { message: 'It is paused already, by robin.' },
      });
      await tell(failed);
      await summary(({ revision }) => revision === 2);
      expect(delivered).toEqual([]);

      await handle.executeUpdate(resumePullRequestUpdate, { args: [{ by: 'robin' }] });

      await summary(({ step }) => step === null);
      expect(delivered).toEqual(['PR_7:2:check_failed:lint']);
    });
  });

  it.each([
    ['goes on from there', notice(4, failing, []), { phase: 'checks_failed', revision: 4 }],
    ['ends where the ledger knows nothing', null, { outcome: 'unknown' }],
  ])('that somebody starts by hand asks the ledger, and %s', async (_, found, wanted) => {
    const { handle, start, summary, work } = scene({ recallPullRequest: () => Promise.resolve(found) });
    await work(async () => {
      await start();

      const seen = await summary(({ outcome, revision }) => outcome !== null || revision > 0);

      expect(seen).toMatchObject(wanted);
      if (found === null) expect(await handle.result()).toMatchObject({ outcome: 'unknown' });
    });
  });
});
