import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleAlreadyRunning, type ScheduleHandle, ScheduleOverlapPolicy } from '@temporalio/client';
import { GhwError } from '../../domain/errors.ts';
import { workScheduleId } from '../../workflows/protocol.ts';
import { type CycleOptions, cycleRequest } from './cycle-request.ts';
import { type CycleHandle, cycleHandle, needPhases } from './cycles.ts';
import { type Frequency, describeFrequency, intervalOf } from './frequency.ts';
import { type WorkSchedule, nameOfSchedule, statusOf } from './schedule-status.ts';
import { type WantedSchedule, creation, replacement } from './schedule-options.ts';
import { type WorkClient, workError } from './work-client.ts';

/** A schedule as it is wanted. */
export interface ScheduleWish extends CycleOptions {
  /** Default `default`. */
  readonly name?: string;
  readonly frequency: Frequency;
  /** How many cycles at most, from now on. Null for no end. Default: what is left of the limit that there is. */
  readonly maxCycles?: number | null;
  /** Who asks, and why; shown beside the schedule in the Temporal Web UI. */
  readonly note?: string;
  /** Whether a new schedule begins with a cycle at once. Default: one with an interval does. */
  readonly startNow?: boolean;
}

/** What {@link ensureSchedule} has done. */
export interface EnsuredSchedule {
  readonly outcome: 'created' | 'updated';
  readonly schedule: WorkSchedule;
}

/** The schedule that is meant where none is named. */
export const DEFAULT_SCHEDULE = 'default';

/**
 * Makes a schedule be as it is wanted: creates it, or changes the one that is there. Done again, it changes nothing. A
 * paused schedule stays paused. Cycles of one schedule never overlap: a start that comes too early is left out.
 *
 * @throws GhwError `InvalidInput` for a frequency that Temporal does not accept, `TemporalUnreachable`
 */
export async function ensureSchedule(work: WorkClient, wish: ScheduleWish): Promise<EnsuredSchedule> {
  const name = wish.name ?? DEFAULT_SCHEDULE;
  const wanted = wantedOf(work, name, wish);
  needPhases(wanted.request);
  const what = `schedule ${workScheduleId(name)}`;
  try {
    const outcome = await createOrUpdate(work, wanted);
    return { outcome, schedule: await withMeasuredInterval(work, wanted) };
  } catch (error) {
    throw workError(error, what);
  }
}

function wantedOf({ taskQueue }: WorkClient, name: string, wish: ScheduleWish): WantedSchedule {
  const { frequency } = wish;
  const when = { name, frequency: describeFrequency(frequency), intervalMs: intervalOf(frequency) };
  return {
    taskQueue,
    frequency,
    request: cycleRequest(wish, when),
    note: wish.note ?? null,
    startNow: wish.startNow ?? 'everyMs' in frequency,
    ...(wish.maxCycles === undefined ? {} : { maxCycles: wish.maxCycles }),
  };
}

async function createOrUpdate(work: WorkClient, wanted: WantedSchedule): Promise<'created' | 'updated'> {
  const { schedule } = work.temporal.client;
  try {
    await schedule.create(creation(wanted, new Date()));
    return 'created';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = schedule.getHandle(workScheduleId(wanted.request.name));
    await handle.update((before) => replacement(wanted, before, new Date()));
    return 'updated';
  }
}

/** How far apart a cron expression's times are is what Temporal makes of it: asked for once it knows the schedule. */
async function withMeasuredInterval(work: WorkClient, wanted: WantedSchedule): Promise<WorkSchedule> {
  const { name, intervalMs } = wanted.request;
  const schedule = await readSchedule(work, name);
  const measured = shortestGap(schedule.nextStarts);
  if ('everyMs' in wanted.frequency || measured === null || measured === intervalMs) return schedule;
  const request = { ...wanted.request, intervalMs: measured };
  const handle = work.temporal.client.schedule.getHandle(workScheduleId(name));
  await handle.update((before) => replacement({ ...wanted, request, keepLimit: true }, before, new Date()));
  return readSchedule(work, name);
}

function shortestGap(times: readonly string[]): number | null {
  const gaps = times.slice(1).map((time, index) => Date.parse(time) - Date.parse(times[index] ?? time));
  return gaps.length === 0 ? null : Math.min(...gaps);
}

/** @throws GhwError `WorkNotFound`, `TemporalUnreachable` */
export async function readSchedule(work: WorkClient, name: string = DEFAULT_SCHEDULE): Promise<WorkSchedule> {
  return withHandle(work, name, async (handle) => {
    const status = statusOf(await handle.describe());
    if (status !== undefined) return status;
    throw new GhwError('WorkNotFound', `The schedule ${handle.scheduleId} is not one of work cycles.`);
  });
}

/** All schedules of work cycles in the namespace, by name. @throws GhwError `TemporalUnreachable` */
export async function listSchedules(work: WorkClient): Promise<readonly WorkSchedule[]> {
  const { schedule } = work.temporal.client;
  try {
    const names: string[] = [];
    for await (const { scheduleId } of schedule.list()) {
      const name = nameOfSchedule(scheduleId);
      if (name !== undefined) names.push(name);
    }
    const found = await Promise.all(
      names.map(async (name) => {
        try {
          return statusOf(await schedule.getHandle(workScheduleId(name)).describe());
        } catch (error) {
          // Deleted since it was listed.
          if (workError(error, name).name === 'WorkNotFound') return undefined;
          throw error;
        }
      }),
    );
    return found.filter((status) => status !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw workError(error, 'the schedules');
  }
}

/** Lets the next starts pass until it is resumed; a cycle that runs goes on. @throws GhwError `WorkNotFound` */
export async function pauseSchedule(work: WorkClient, name: string, note: string): Promise<void> {
  await withHandle(work, name, (handle) => handle.pause(note));
}

/** Goes on with the next start. @throws GhwError `WorkNotFound` */
export async function resumeSchedule(work: WorkClient, name: string, note: string): Promise<void> {
  await withHandle(work, name, (handle) => handle.unpause(note));
}

const TRIGGER_PATIENCE_MS = 30_000;

/**
 * Starts a cycle of the schedule now, also of a paused one, whatever its limit says.
 *
 * @throws GhwError `NotApplicable` if a cycle of it runs already, `WorkNotFound`, `TemporalUnreachable`
 */
export async function triggerCycle(work: WorkClient, name: string = DEFAULT_SCHEDULE): Promise<CycleHandle> {
  const before = await readSchedule(work, name);
  const [running] = before.running;
  if (running !== undefined) {
    throw new GhwError('NotApplicable', `A cycle of ${workScheduleId(name)} is running already: ${running}.`, {
      hint: `ghw work follow ${running}`,
    });
  }
  await withHandle(work, name, (handle) => handle.trigger(ScheduleOverlapPolicy.SKIP));
  for (const end = Date.now() + TRIGGER_PATIENCE_MS; Date.now() < end; await sleep(100)) {
    const [newest] = (await readSchedule(work, name)).recent;
    if (newest !== undefined && newest.id !== before.recent[0]?.id) return cycleHandle(work, newest.id);
  }
  throw new GhwError('TemporalUnreachable', `Temporal has not started a cycle of ${workScheduleId(name)} yet.`, {
    hint: `See ghw work status --name ${name}.`,
  });
}

/** Ends a schedule for good; a cycle that runs goes on. @throws GhwError `WorkNotFound` */
export async function deleteSchedule(work: WorkClient, name: string): Promise<void> {
  await withHandle(work, name, (handle) => handle.delete());
}

/**
 * Changes when cycles start, and nothing else.
 *
 * @throws GhwError `WorkNotFound`, `InvalidInput` for a frequency that Temporal does not accept
 */
export async function setFrequency(
  work: WorkClient,
  name: string,
  { frequency, note }: { readonly frequency: Frequency; readonly note?: string },
): Promise<WorkSchedule> {
  const { remainingCycles, request } = await readSchedule(work, name);
  const { schedule } = await ensureSchedule(work, {
    ...request,
    name,
    frequency,
    maxCycles: remainingCycles,
    ...(note === undefined ? {} : { note }),
  });
  return schedule;
}

async function withHandle<T>(work: WorkClient, name: string, use: (handle: ScheduleHandle) => Promise<T>): Promise<T> {
  const id = workScheduleId(name);
  try {
    return await use(work.temporal.client.schedule.getHandle(id));
  } catch (error) {
    throw workError(error, `schedule ${id}`);
  }
}
