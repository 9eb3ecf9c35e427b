import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type WorkConnection } from '../../../src/client/work-cycle/connect.ts';
import { type CycleHandle, cycleHandle, runCycle, runOnce } from '../../../src/client/work-cycle/cycles.ts';
import type { CycleProgress } from '../../../src/client/work-cycle/follow-cycle.ts';
import { runningCycles } from '../../../src/client/work-cycle/running.ts';
import { searchAttributes } from '../../../src/workflows/protocol.ts';
import { testEnvironment } from '../../setup/environment.ts';
import { connectToTemporal, type TemporalForTest } from '../../setup/worker.ts';
import { fakeActivities, gate, type FakeActivities } from '../../workflows/support.ts';

let server: TemporalForTest;
let work: WorkConnection;

beforeAll(async () => {
  server = await connectToTemporal();
});
afterAll(() => server.close());

beforeEach(async () => {
  const { namespace, temporalAddress: address } = testEnvironment();
  work = await connect({ address, namespace, taskQueue: `test-${randomUUID()}`, env: {} });
});
afterEach(() => work.close());

async function withWorker<T>(over: Partial<FakeActivities>, test: () => Promise<T>): Promise<T> {
  const { calls: _calls, ...activities } = fakeActivities(over);
  const worker = await server.createWorker({ taskQueue: work.taskQueue, activities });
  return worker.runUntil(test);
}

/** Follows a cycle until it stands so. */
async function seen(cycle: CycleHandle, status: CycleProgress['status']): Promise<CycleProgress> {
  const enough = new AbortController();
  let found: CycleProgress | undefined;
  const onProgress = (progress: CycleProgress): void => {
    if (progress.status !== status) return;
    found = progress;
    enough.abort();
  };
  await expect(cycle.follow({ onProgress, signal: enough.signal, pollMs: 50 })).rejects.toMatchObject({
    name: 'AbortError',
  });
  if (found === undefined) throw new Error('It was never so.');
  return found;
}

describe('runOnce', () => {
  it('runs one cycle and returns what it came to', async () => {
    await withWorker({}, async () => {
      const { id, outcome, state } = await runOnce(work, { phases: ['review', 'sync'], dryRun: true });

      expect(id).toMatch(/^work:once:[0-9a-f-]{36}$/);
      expect(outcome).toBe('done');
      expect(state?.phases.map(({ phase }) => phase)).toEqual(['sync', 'review']);
      expect(state?.request).toMatchObject({ name: 'once', dryRun: true, intervalMs: null });
    });
  });

  it('says at once that nobody would run it, and refuses a cycle without phases', async () => {
    await expect(runOnce(work)).rejects.toMatchObject({ name: 'NoWorker', hint: expect.stringContaining('ghw up') });
    await expect(runCycle(work, { phases: [] })).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});

describe('a cycle in the Temporal Web UI', () => {
  it('says in words what it works on, and can be found by its outcome', async () => {
    await withWorker({}, async () => {
      const repositories = Array.from({ length: 30 }, (_, index) => `octo/repository-${String(index)}-ü`);
      const cycle = await runCycle(work, { selection: { repositories, numbers: [[1, 10]] } });
      await cycle.result();

      const described = await work.temporal.client.workflow.getHandle(cycle.id).describe();
      const summary = (await described.staticSummary()) ?? '';
      expect(summary).toMatch(/^One work cycle: octo\/repository-0-ü, .*…$/);
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(200);
      expect(await described.staticDetails()).toContain('| Phases | sync, plan, implement, review |');
      expect(described.typedSearchAttributes.get(searchAttributes.tags)).toEqual(['cycle:once', 'outcome:done']);
    });
  });
});

describe('following a cycle', () => {
  it('tells a worker that is gone from one that works, and goes on when one comes back', async () => {
    const { open, passed } = gate();
    let cycle: CycleHandle | undefined;
    await withWorker({ selectWork: () => passed.then(() => Promise.reject(new Error('too late'))) }, async () => {
      cycle = await runCycle(work);
      const { state } = await seen(cycle, 'running');
      expect(state?.outcome).toBe('running');
      expect(await runningCycles(work)).toEqual([cycle.id]);
      open();
    });
    if (cycle === undefined) throw new Error('No cycle was started.');

    const gone = await seen(cycle, 'no_worker');
    const end = await withWorker({}, () => cycleHandle(work, cycle?.id ?? '').result());

    expect(gone.status).toBe('no_worker');
    expect(end.outcome).toBe('done');
  });

  it('tells that a step failed and is tried again', async () => {
    await withWorker({ planCycle: () => Promise.reject(new Error('the ledger is away')) }, async () => {
      const cycle = await runCycle(work);

      const { step } = await seen(cycle, 'waiting_to_retry');

      expect(step).toMatchObject({ activity: 'planCycle', lastFailure: 'the ledger is away' });
      await cycle.cancel();
      expect(await cycle.result()).toMatchObject({ outcome: 'cancelled', state: { outcome: 'cancelled' } });
      await expect(cycle.cancel()).rejects.toMatchObject({ name: 'WorkNotFound' });
    });
  });

  it('ends with an error where the cycle was terminated, is none, or never was', async () => {
    await withWorker({ planCycle: () => new Promise(() => undefined) }, async () => {
      const cycle = await runCycle(work);
      await work.temporal.client.workflow.getHandle(cycle.id).terminate('by a test');

      await expect(cycle.result()).rejects.toMatchObject({
        name: 'Internal',
        message: expect.stringContaining('terminated'),
      });
      await expect(cycleHandle(work, 'work:once:nothing').result()).rejects.toMatchObject({ name: 'WorkNotFound' });
    });
  });
});

describe('connect', () => {
  it('says which Temporal it did not find', async () => {
    await expect(connect({ env: {}, dataPath: '/nowhere' })).rejects.toMatchObject({ name: 'TemporalUnreachable' });
    await expect(connect({ env: {}, address: '127.0.0.1:1' })).rejects.toMatchObject({ name: 'TemporalUnreachable' });
  });
});
