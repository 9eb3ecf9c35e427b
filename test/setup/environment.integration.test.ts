import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { searchAttributes } from '../../src/workflows/protocol.ts';
import { testEnvironment } from './environment.ts';
import { connectToTemporal } from './worker.ts';
import type { TemporalForTest } from './worker.ts';

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

  it('runs a worker on a task queue of the test', async () => {
    const worker = await temporal.createWorker({
      workflowBundle: undefined,
      activities: { echo: (text: string) => Promise.resolve(text) },
    });

    const description = await worker.runUntil(() => Promise.resolve(worker.options.taskQueue));

    expect(description).toBe(temporal.taskQueue);
  });

  it('has a Web UI and a working bubblewrap', async () => {
    const { temporalUiUrl, bubblewrap } = testEnvironment();

    expect((await fetch(temporalUiUrl)).status).toBe(200);
    expect(bubblewrap).toHaveProperty('path');
  });
});
