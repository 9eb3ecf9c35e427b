import { runCycle } from '../../client/work-cycle/cycles.ts';
import type { CycleOptions } from '../../client/work-cycle/cycle-request.ts';
import type { Frequency } from '../../client/work-cycle/frequency.ts';
import { DEFAULT_SCHEDULE, ensureSchedule } from '../../client/work-cycle/schedules.ts';
import { hasCycleWorker } from '../../client/work-cycle/work-client.ts';
import { workScheduleId } from '../../workflows/protocol.ts';
import type { CommandContext } from '../context.ts';
import { discoverRepositories } from '../work-cycle/discover.ts';
import { followOne } from '../work-cycle/follow.ts';
import { followSchedule, intervalText } from '../work-cycle/follow-schedule.ts';
import {
  type WorkOptions,
  checkConfigured,
  cycleOptionsOf,
  frequencyOf,
  maxCyclesOf,
  scheduleNameOf,
} from '../work-cycle/options.ts';
import { workOf } from '../work-cycle/session.ts';

export type { WorkOptions };

/** `ghw work`: one cycle, or a schedule of them. */
export async function work(context: CommandContext, options: WorkOptions, words: readonly string[]): Promise<void> {
  const { config } = await context.config();
  const frequency = frequencyOf(options, config);
  const cycle = await withLogin(context, cycleOptionsOf(options, words));
  const configured = await discoverRepositories(context, options.discover ?? []);
  checkConfigured(configured ?? config, cycle);
  await (frequency === null ? once(context, options, cycle) : continuously(context, options, { cycle, frequency }));
}

async function once(context: CommandContext, options: WorkOptions, cycle: CycleOptions): Promise<void> {
  const handle = await runCycle(await workOf(context), cycle);
  if (options.wait) return followOne(context, handle, { failOnError: options.failOnError ?? false });
  context.out.data({ id: handle.id }, () => `Started ${handle.id}\nFollow it: ghw work follow ${handle.id}`);
}

async function continuously(
  context: CommandContext,
  options: WorkOptions,
  { cycle, frequency }: { readonly cycle: CycleOptions; readonly frequency: Frequency },
): Promise<void> {
  const name = options.name === undefined ? DEFAULT_SCHEDULE : scheduleNameOf(options.name);
  const maxCycles = maxCyclesOf(options);
  const client = await workOf(context);
  const since = new Date();
  const { outcome, schedule } = await ensureSchedule(client, {
    ...cycle,
    name,
    frequency,
    note: `Set by ${context.person}`,
    ...(maxCycles === undefined ? {} : { maxCycles }),
  });
  if (!(await hasCycleWorker(client))) {
    context.out.warn('No worker is there: cycles wait until one starts (`ghw up`, or `ghw worker start`).');
  }
  if (!options.wait) {
    context.out.data({ outcome, schedule }, () =>
      [`${outcome === 'created' ? 'Created' : 'Updated'}: ${intervalText(schedule)}`, 'See it: ghw work status'].join(
        '\n',
      ),
    );
    return;
  }
  context.out.note(`${outcome === 'created' ? 'Created' : 'Updated'} ${workScheduleId(name)}.`);
  await followSchedule(context, client, { name, since, failOnError: options.failOnError ?? false });
}

/** `@me` is whom GitHub knows the token's owner as, here, whatever the worker's token is. */
async function withLogin(context: CommandContext, cycle: CycleOptions): Promise<CycleOptions> {
  if (cycle.selection?.assignee !== '@me') return cycle;
  const [{ config }, { githubOf }] = await Promise.all([context.config(), import('../github.ts')]);
  const { login } = await githubOf(config, context.io.env).viewer();
  return { ...cycle, selection: { ...cycle.selection, assignee: login } };
}
