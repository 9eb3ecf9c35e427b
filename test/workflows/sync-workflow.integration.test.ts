import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { Context } from '@temporalio/activity';
import { type RepositorySyncResult, type SyncSelection, noCounts } from '../../src/domain/selection.ts';
import type { syncWorkflow } from '../../src/workflows/index.ts';
import { SYNC_WORKFLOW, syncWorkflowId } from '../../src/workflows/protocol.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { failure, fakeActivities, gate, type FakeActivities } from './support.ts';

let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});
afterAll(() => temporal.close());

const sync: SyncSelection = {
  repositories: ['octo/hello', 'octo/world'].map((repository) => ({ repository, repositoryId: null })),
  filter: null,
  anew: false,
};

async function withSync(
  syncRepositories: FakeActivities['syncRepositories'],
  test: (handle: WorkflowHandle<typeof syncWorkflow>) => Promise<void>,
): Promise<void> {
  const { calls: _calls, ...activities } = fakeActivities({ syncRepositories });
  const taskQueue = `${temporal.taskQueue}-${randomUUID()}`;
  const worker = await temporal.createWorker({ taskQueue, activities, maxHeartbeatThrottleInterval: '200ms' });
  await worker.runUntil(async () => {
    const workflowId = syncWorkflowId(randomUUID());
    await test(
      await temporal.client.workflow.start<typeof syncWorkflow>(SYNC_WORKFLOW, {
        workflowId,
        taskQueue,
        args: [{ sync }],
      }),
    );
  });
}

describe('a sync', () => {
  it('is what its repositories came to', async () => {
    const result: RepositorySyncResult = {
      repository: 'octo/hello',
      renamedFrom: null,
      archived: false,
      outcome: 'unchanged',
      failure: null,
      issues: noCounts,
    };

    await withSync(
      () => Promise.resolve([result]),
      async (handle) => expect(await handle.result()).toEqual({ repositories: [result] }),
    );
  });

  it('that cannot even begin names every repository, with the reason', async () => {
    await withSync(
      () => Promise.reject(failure('GitHubUnauthorized', 'The token is not accepted.')),
      async (handle) => {
        const failed = {
          outcome: 'failed',
          failure: { name: 'GitHubUnauthorized', message: 'The token is not accepted.' },
        };
        expect(await handle.result()).toMatchObject({
          repositories: [
            { repository: 'octo/hello', ...failed },
            { repository: 'octo/world', ...failed },
          ],
        });
      },
    );
  });

  it('that is cancelled ends, and its reading with it', async () => {
    let ended = false;
    const begun = gate();
    const reading = async (): Promise<[]> => {
      const context = Context.current();
      begun.open();
      const beats = setInterval(() => context.heartbeat(), 50);
      try {
        await context.cancelled;
      } finally {
        clearInterval(beats);
        ended = true;
      }
      return [];
    };

    await withSync(reading, async (handle) => {
      await begun.passed;
      await handle.cancel();

      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    });

    expect(ended).toBe(true);
  });
});
