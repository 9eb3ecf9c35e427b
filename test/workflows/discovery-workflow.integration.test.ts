import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { DiscoveryActivities } from '../../src/activities/discovery/types.ts';
import { ensureDiscovery, pauseDiscovery, readDiscovery, runDiscovery } from '../../src/client/discovery.ts';
import type { WorkClient } from '../../src/client/work-cycle/work-client.ts';
import { type DiscoveryResult, nothingYet } from '../../src/domain/discovery/cycle.ts';
import { DISCOVERY_WORKFLOW, discoveryScheduleId, onceDiscoveryId } from '../../src/workflows/protocol.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';

let temporal: TemporalForTest;
let work: WorkClient;

beforeAll(async () => {
  temporal = await connectToTemporal();
  const { client, taskQueue } = temporal;
  work = {
    taskQueue,
    temporal: { client, connection: client.connection, namespace: client.options.namespace },
  } as unknown as WorkClient;
});

afterAll(async () => {
  await temporal.client.schedule.getHandle(discoveryScheduleId(temporal.taskQueue)).delete();
  await temporal.close();
});

const reading: DiscoveryResult = {
  ...nothingYet,
  repositories: { total: 100, read: 100, unchanged: 0, failed: 0, resting: 0 },
  pullRequests: { open: 1_000, read: 1_000, counted: 0, changed: 1_000, ended: 0 },
  ...{ problems: [], problemCount: 0, requests: 44, points: 44, naiveRequests: 1_100, avoidedShare: 0.96 },
  ...{ budget: null, pausedUntil: null, durationsMs: { reading: 1_500, ledger: 2_000, total: 3_500 } },
};
const telling = { told: 1_000, changes: 1_000, failed: 0, durationMs: 4_000 };

const fine: DiscoveryActivities = {
  discoverRepositories: () => Promise.resolve(reading),
  tellPullRequests: () => Promise.resolve(telling),
};

async function cycle(activities: Partial<DiscoveryActivities>, input: unknown = { repositories: null }) {
  const worker = await temporal.createWorker({ activities: { ...fine, ...activities } });
  const workflowId = onceDiscoveryId(randomUUID());
  return worker.runUntil(async () => {
    const { client, taskQueue } = temporal;
    const handle = await client.workflow.start(DISCOVERY_WORKFLOW, { workflowId, taskQueue, args: [input] });
    const state: unknown = await handle.result().catch((error: unknown) => error);
    return { state, history: await handle.fetchHistory() };
  });
}

describe('a cycle of discovery', () => {
  it('reads, then tells; its history holds counts, however many pull requests changed', async () => {
    const { history, state } = await cycle({});

    expect(state).toMatchObject({ outcome: 'complete', phase: 'done', reading, telling });
    expect(history.events?.length).toBeLessThan(30);
  });

  it('tells what there is to tell also where reading failed, and says why it did', async () => {
    const { state } = await cycle({
      discoverRepositories: () =>
        Promise.reject(ApplicationFailure.nonRetryable('GitHub is away.', 'GitHubUnavailable')),
    });

    expect(state).toMatchObject({ outcome: 'failed', error: 'GitHub is away.', reading: null, telling });
  });

  it('says where something was wrong', async () => {
    const problems = [{ repository: 'acme/gone', kind: 'not_found', message: 'It is not there.' }] as const;
    const { state } = await cycle({
      discoverRepositories: () => Promise.resolve({ ...reading, problems, problemCount: 1 }),
    });

    expect(state).toMatchObject({ outcome: 'with_problems' });
  });

  it('takes no nonsense', async () => {
    const { state } = await cycle({}, { repositories: ['../etc'] });

    expect(state).toMatchObject({ cause: { type: 'InvalidInput' } });
  });
});

describe('the schedule of discovery', () => {
  it('is made once, follows the setting, and stays paused', async () => {
    const outcomes = [
      await ensureDiscovery(work, { everyMs: 300_000 }),
      await ensureDiscovery(work, { everyMs: 300_000 }),
    ];
    await pauseDiscovery(work, 'ana: a freeze');
    outcomes.push(await ensureDiscovery(work, { everyMs: 600_000 }));

    expect(outcomes).toEqual(['created', 'unchanged', 'updated']);
    expect(await readDiscovery(work)).toMatchObject({
      everyMs: 600_000,
      paused: true,
      note: 'ana: a freeze',
      running: [],
    });
  });

  it('can be run beside, where a worker is there', async () => {
    // Temporal remembers for a while who asked at a queue, so it is one where nobody ever did.
    const nobody = { ...work, taskQueue: randomUUID() };

    await expect(runDiscovery(nobody)).rejects.toMatchObject({ name: 'NoWorker' });
  });
});
