import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { searchAttributes } from '../../src/workflows/protocol.ts';
import { testEnvironment } from './environment.ts';
import { connectToTemporal } from './worker.ts';
import type { TemporalForTest } from './worker.ts';

/** `temporal.api.enums.v1.TaskQueueType`. */
const workflowTaskQueueType = 1;

describe('the shared test environment', () => {
  let temporal: TemporalForTest;

  beforeAll(async () => {
    temporal = await connectToTemporal();
  });

  afterAll(async () => {
    await temporal.close();
  });

  it('has a Temporal server that knows our search attributes', async () => {
    const count = await temporal.client.workflow.count(`${searchAttributes.repository.name} = "nobody/nothing"`);

    expect(count.count).toBe(0);
  });

  it('has the workflow bundle, which a worker polls for on a task queue of the test', async () => {
    const { client, taskQueue } = temporal;
    const worker = await temporal.createWorker();

    const pollers = await worker.runUntil(async () => {
      for (;;) {
        const { pollers: seen = [] } = await client.workflowService.describeTaskQueue({
          namespace: client.options.namespace,
          taskQueue: { name: taskQueue },
          taskQueueType: workflowTaskQueueType,
        });
        if (seen !== null && seen.length > 0) return seen;
        await sleep(20);
      }
    });

    expect(pollers).toHaveLength(1);
  });

  it('has a Web UI and a working bubblewrap', async () => {
    const { temporalUiUrl, bubblewrap } = testEnvironment();

    expect((await fetch(temporalUiUrl)).status).toBe(200);
    expect(bubblewrap).toHaveProperty('path');
  });
});
