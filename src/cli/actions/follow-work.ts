import { cycleHandle } from '../../client/work-cycle/cycles.ts';
import { runningCycles } from '../../client/work-cycle/running.ts';
import { DEFAULT_SCHEDULE, listSchedules, readSchedule } from '../../client/work-cycle/schedules.ts';
import type { WorkClient } from '../../client/work-cycle/work-client.ts';
import { GhwError } from '../../domain/errors.ts';
import type { CommandContext } from '../context.ts';
import { cancelCycle, followOne } from '../work-cycle/follow.ts';
import { followSchedule } from '../work-cycle/follow-schedule.ts';
import { scheduleNameOf } from '../work-cycle/options.ts';
import { workOf } from '../work-cycle/session.ts';
import type { NamedOptions } from './work-schedules.ts';

type FollowOptions = NamedOptions & { readonly failOnError?: boolean };

/** `ghw work follow` */
export async function followWork(
  context: CommandContext,
  options: FollowOptions,
  [id]: readonly string[],
): Promise<void> {
  const work = await workOf(context);
  const failOnError = options.failOnError ?? false;
  const found = id === undefined ? await whatToFollow(work, options) : { cycle: id };
  if ('cycle' in found) return followOne(context, cycleHandle(work, found.cycle), { failOnError });
  await followSchedule(context, work, { name: found.schedule, since: new Date(), failOnError });
}

/** A cycle by hand that runs; else the schedule. */
async function whatToFollow(
  work: WorkClient,
  { name }: NamedOptions,
): Promise<{ readonly cycle: string } | { readonly schedule: string }> {
  if (name !== undefined) return { schedule: (await readSchedule(work, scheduleNameOf(name))).name };
  const [byHand] = (await runningCycles(work)).filter((cycle) => cycle.startsWith('work:once:'));
  if (byHand !== undefined) return { cycle: byHand };
  const schedules = await listSchedules(work);
  const schedule = schedules.find((one) => one.name === DEFAULT_SCHEDULE) ?? schedules[0];
  if (schedule !== undefined) return { schedule: schedule.name };
  throw new GhwError('WorkNotFound', 'No work cycle is running, and no schedule is set.', {
    hint: 'Start one: ghw work --once',
  });
}

/** `ghw work cancel` */
export async function cancelWork(context: CommandContext, words: readonly string[]): Promise<void> {
  await cancelCycle(context, words);
}
