import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectTemporal, type TemporalClient } from '../../../src/client/connection.ts';
import {
  deleteSchedule,
  ensureSchedule,
  listSchedules,
  pauseSchedule,
  readSchedule,
  resumeSchedule,
  setFrequency,
  triggerCycle,
} from '../../../src/client/work-cycle/schedules.ts';
import type { WorkSchedule } from '../../../src/client/work-cycle/schedule-status.ts';
import { workClient, type WorkClient } from '../../../src/client/work-cycle/work-client.ts';
import { testEnvironment } from '../../setup/environment.ts';
import { connectToTemporal, type TemporalForTest } from '../../setup/worker.ts';
import { fakeActivities } from '../../workflows/support.ts';

const HOUR = 3_600_000;

let server: TemporalForTest;
let temporal: TemporalClient;
let work: WorkClient;
let name: string;

beforeAll(async () => {
  server = await connectToTemporal();
  const { namespace, temporalAddress, temporalUiUrl } = testEnvironment();
  temporal = await connectTemporal({
    namespace,
    connection: { address: temporalAddress },
    source: 'environment',
    uiUrl: temporalUiUrl,
  });
});
afterAll(async () => {
  await temporal.close();
  await server.close();
});

beforeEach(() => {
  name = `s-${randomUUID()}`;
  work = workClient(temporal, `test-${randomUUID()}`);
});
afterEach(async () => {
  const schedule = await readSchedule(work, name).catch(() => undefined);
  await deleteSchedule(work, name).catch(() => undefined);
  for (const id of schedule?.running ?? []) {
    await temporal.client.workflow
      .getHandle(id)
      .terminate('test over')
      .catch(() => undefined);
  }
});

async function withWorker<T>(test: () => Promise<T>): Promise<T> {
  const { calls: _calls, ...activities } = fakeActivities();
  const worker = await server.createWorker({ taskQueue: work.taskQueue, activities });
  return worker.runUntil(test);
}

async function until(wanted: (schedule: WorkSchedule) => boolean): Promise<WorkSchedule> {
  for (;;) {
    const seen = await readSchedule(work, name);
    if (wanted(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('ensureSchedule', () => {
  it('creates a schedule that begins with a cycle at once and goes on every interval', async () => {
    const { outcome, schedule } = await ensureSchedule(work, { name, frequency: { everyMs: HOUR } });

    expect(outcome).toBe('created');
    expect(schedule).toMatchObject({ name, frequency: '1h', intervalMs: HOUR, paused: false, remainingCycles: null });
    const started = await until(({ recent }) => recent.length > 0);
    const gap = Date.parse(started.nextStarts[0] ?? '') - Date.parse(started.recent[0]?.startedAt ?? '');
    expect(Math.abs(gap - HOUR)).toBeLessThan(5 * 60_000);
    expect(started.recent[0]?.id).toMatch(new RegExp(`^work:${name}-`));
  });

  it('changes nothing when it is done again, and only what is wanted otherwise', async () => {
    await ensureSchedule(work, { name, frequency: { everyMs: HOUR }, maxCycles: 5 });
    const before = await until(({ started }) => started === 1);

    const { outcome, schedule } = await ensureSchedule(work, { name, frequency: { everyMs: HOUR } });

    expect(outcome).toBe('updated');
    expect(schedule.nextStarts[0]).toBe(before.nextStarts[0]);
    expect(schedule).toMatchObject({ remainingCycles: 4, started: 1 });
    const changed = await ensureSchedule(work, {
      name,
      frequency: { everyMs: 2 * HOUR },
      selection: { repositories: ['octo/*'] },
      maxCycles: null,
    });
    expect(changed.schedule).toMatchObject({ frequency: '2h', remainingCycles: null });
    expect(changed.schedule.request.selection.repositories).toEqual(['octo/*']);
  });

  it('keeps a paused schedule paused, with the reason', async () => {
    await ensureSchedule(work, { name, frequency: { everyMs: HOUR }, startNow: false });
    await pauseSchedule(work, name, 'ana: we move house');

    const { schedule } = await ensureSchedule(work, { name, frequency: { everyMs: 2 * HOUR } });

    expect(schedule).toMatchObject({ paused: true, note: 'ana: we move house', frequency: '2h' });
    await resumeSchedule(work, name, 'ana: done');
    expect(await readSchedule(work, name)).toMatchObject({ paused: false, note: 'ana: done' });
  });

  it('takes a cron expression with its time zone, and learns from Temporal how far apart its times are', async () => {
    const frequency = { cron: '0 9 * * 1-5', timeZone: 'Europe/Berlin' };

    const { schedule } = await ensureSchedule(work, { name, frequency });

    expect(schedule).toMatchObject({ frequency: '0 9 * * 1-5', timeZone: 'Europe/Berlin', started: 0 });
    expect(schedule.intervalMs).toBe(24 * HOUR);
    for (const time of schedule.nextStarts) {
      const local = new Date(time).toLocaleString('en-GB', {
        timeZone: 'Europe/Berlin',
        weekday: 'short',
        hour: '2-digit',
      });
      expect(local).toMatch(/^(?:Mon|Tue|Wed|Thu|Fri),? 09$/);
    }
    const again = await ensureSchedule(work, { name, frequency });
    expect(again.schedule.intervalMs).toBe(24 * HOUR);
  });

  it('refuses a cron expression that Temporal does not know, in its words', async () => {
    await expect(ensureSchedule(work, { name, frequency: { cron: '99 9 * * *' } })).rejects.toMatchObject({
      name: 'InvalidInput',
    });
  });

  it('starts as many cycles as are allowed, the first one at once', async () => {
    await withWorker(async () => {
      await ensureSchedule(work, { name, frequency: { everyMs: 1_000 }, maxCycles: 3 });

      const ended = await until(({ remainingCycles, running }) => remainingCycles === 0 && running.length === 0);

      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect(await readSchedule(work, name)).toMatchObject({ started: 3, nextStarts: [] });
      expect(ended.recent).toHaveLength(3);
    });
  });
});

describe('a schedule', () => {
  it('can be triggered, also while it is paused; not while a cycle runs', async () => {
    await ensureSchedule(work, { name, frequency: { everyMs: HOUR }, startNow: false });
    await pauseSchedule(work, name, 'ana');

    const { id } = await triggerCycle(work, name);

    expect(id).toMatch(new RegExp(`^work:${name}-`));
    await expect(triggerCycle(work, name)).rejects.toMatchObject({
      name: 'NotApplicable',
      hint: `ghw work follow ${id}`,
    });
  });

  it('gets another frequency, and keeps everything else', async () => {
    await ensureSchedule(work, {
      name,
      frequency: { everyMs: HOUR },
      selection: { notLabels: ['wip'] },
      maxCycles: 7,
      startNow: false,
    });

    const schedule = await setFrequency(work, name, { frequency: { everyMs: 90 * 60_000 } });

    expect(schedule).toMatchObject({ frequency: '1h30m', intervalMs: 90 * 60_000, remainingCycles: 7 });
    expect(schedule.request).toMatchObject({ selection: { notLabels: ['wip'] }, frequency: '1h30m' });
  });

  it('is listed, and gone once it is deleted', async () => {
    await ensureSchedule(work, { name, frequency: { everyMs: HOUR }, startNow: false });

    let names: readonly string[] = [];
    while (!names.includes(name)) names = (await listSchedules(work)).map((one) => one.name);
    await deleteSchedule(work, name);

    await expect(readSchedule(work, name)).rejects.toMatchObject({ name: 'WorkNotFound' });
    await expect(deleteSchedule(work, name)).rejects.toMatchObject({ name: 'WorkNotFound' });
    await expect(pauseSchedule(work, name, 'x')).rejects.toMatchObject({ name: 'WorkNotFound' });
  });
});
