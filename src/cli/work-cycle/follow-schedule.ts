import { setTimeout as sleep } from 'node:timers/promises';
import { cycleHandle } from '../../client/work-cycle/cycles.ts';
import type { CycleEnd } from '../../client/work-cycle/follow-cycle.ts';
import { pauseSchedule, readSchedule } from '../../client/work-cycle/schedules.ts';
import type { WorkSchedule } from '../../client/work-cycle/schedule-status.ts';
import type { WorkClient } from '../../client/work-cycle/work-client.ts';
import { hasFailures } from '../../domain/cycle/describe.ts';
import { frequencyText } from '../../domain/cycle/summary.ts';
import { formatDuration } from '../../domain/duration.ts';
import { GhwError } from '../../domain/errors.ts';
import { workScheduleId } from '../../workflows/protocol.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { interruptible } from '../interrupt.ts';
import { createLiveLine } from '../live-line.ts';
import { plainLine } from '../text.ts';
import { cancelToItsEnd, tellEnd } from './follow.ts';
import { CycleReporter } from './reporter.ts';

export interface FollowScheduleOptions {
  readonly failOnError: boolean;
  /** Cycles that ended before this are not told. */
  readonly since: Date;
}

/** The longest time between two looks at a schedule, in milliseconds. */
const LOOK_EVERY_MS = 2_000;

/** Follows the cycles of a schedule, one after the other, until none is left or Ctrl-C. */
export async function followSchedule(
  context: CommandContext,
  work: WorkClient,
  { name, ...options }: FollowScheduleOptions & { readonly name: string },
): Promise<void> {
  const flag = name === 'default' ? '' : ` --name ${name}`;
  const following = new Following(context, work, { name, ...options });
  await interruptible(
    {
      out: context.out,
      explain: () =>
        `The schedule ${workScheduleId(name)} goes on. Follow it: ghw work follow${flag}  ` +
        `Pause it: ghw work pause${flag}  End it: ghw work stop${flag}`,
      cancel: async () => {
        await pauseSchedule(work, name, `${context.person}: Ctrl-C twice`);
        return `Paused${await following.cancelRunning()}. Go on: ghw work resume${flag}`;
      },
    },
    (signal) => following.run(signal),
  );
  if (options.failOnError && following.failures > 0) context.exitCode = exitCodes.failed;
}

/** What has been told of a schedule. */
class Following {
  failures = 0;
  readonly #context: CommandContext;
  readonly #work: WorkClient;
  readonly #options: FollowScheduleOptions & { readonly name: string };
  readonly #told = new Set<string>();
  #waitingFor: string | undefined;

  constructor(context: CommandContext, work: WorkClient, options: FollowScheduleOptions & { readonly name: string }) {
    this.#context = context;
    this.#work = work;
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#print(intervalText(await readSchedule(this.#work, this.#options.name)));
    for (;;) {
      const schedule = await this.#look();
      if (schedule === undefined) return this.#print('The schedule was ended.');
      const next = this.#nextOf(schedule);
      if (next !== undefined) {
        await this.#follow(next, schedule, signal);
        continue;
      }
      if (schedule.remainingCycles === 0 && schedule.started > 0) return this.#print('No cycle is left.');
      this.#wait(schedule);
      await sleep(pauseOf(schedule), undefined, { signal });
    }
  }

  /** Ends the cycle that runs. @returns what to say of it; nothing if none does */
  async cancelRunning(): Promise<string> {
    const [running] = (await readSchedule(this.#work, this.#options.name)).running;
    if (running === undefined) return '';
    const isOver = await cancelToItsEnd(cycleHandle(this.#work, running));
    return `, and ${running} ${isOver ? 'cancelled' : 'told to end'}`;
  }

  async #look(): Promise<WorkSchedule | undefined> {
    try {
      return await readSchedule(this.#work, this.#options.name);
    } catch (error) {
      if (error instanceof GhwError && error.name === 'WorkNotFound') return undefined;
      throw error;
    }
  }

  /** The oldest cycle that has not been told. */
  #nextOf({ recent, running }: WorkSchedule): string | undefined {
    const since = this.#options.since.getTime();
    const due = recent.filter(
      ({ id, startedAt }) => !this.#told.has(id) && (Date.parse(startedAt) >= since || running.includes(id)),
    );
    return due.at(-1)?.id;
  }

  async #follow(id: string, schedule: WorkSchedule, signal: AbortSignal): Promise<void> {
    this.#waitingFor = undefined;
    const reporter = new CycleReporter(this.#context, ({ plan, startedAt }) => {
      const number = plan === null ? '' : ` ${String(plan.cycle)}`;
      return `\n--- Cycle${number} at ${startedAt}, ${frequencyText(schedule)} ---`;
    });
    try {
      const onProgress: CycleReporter['update'] = (progress) => {
        reporter.update(progress);
      };
      const end = await cycleHandle(this.#work, id).follow({ signal, onProgress });
      tellEnd(this.#context, reporter, end);
      this.#count(end);
    } catch (error) {
      if (signal.aborted) throw error;
      // A cycle that broke off is no reason not to follow the next one.
      this.failures += 1;
      this.#context.out.error(error instanceof GhwError ? error : new GhwError('Internal', String(error)));
    } finally {
      reporter.clear();
      this.#told.add(id);
    }
  }

  #count(end: CycleEnd): void {
    if (end.outcome === 'failed' || (end.state !== null && hasFailures(end.state))) this.failures += 1;
    if (this.#context.out.json) this.#context.io.stdout.write(`${JSON.stringify(end)}\n`);
  }

  #wait({ nextStarts: [next], note, paused }: WorkSchedule): void {
    const key = paused ? 'paused' : (next ?? 'none');
    if (this.#waitingFor === key) return;
    this.#waitingFor = key;
    if (paused) return this.#print(`\nPaused (${note ?? 'no reason given'}). Go on: ghw work resume`);
    if (next === undefined) return;
    const rest = Math.max(0, Date.parse(next) - Date.now());
    this.#print(
      `\nWaiting ${formatDuration(rest)} for the next cycle, at ${next}. Ctrl-C ends the watching, not the work.`,
    );
  }

  #print(text: string): void {
    if (this.#context.out.json) return;
    createLiveLine(this.#context.io).clear();
    this.#context.io.stdout.write(`${text.split('\n').map(plainLine).join('\n')}\n`);
  }
}

/** `Schedule work:default: every 1h30m (5400 seconds between two cycles)`. */
export function intervalText(schedule: WorkSchedule): string {
  const { intervalMs, name, remainingCycles, timeZone } = schedule;
  const zone = timeZone === null ? '' : ` ${timeZone}`;
  const left = remainingCycles === null ? '' : `, ${String(remainingCycles)} more cycles`;
  const seconds = `${String(Math.round(intervalMs / 1000))} seconds between two cycles`;
  return `Schedule ${workScheduleId(name)}: ${frequencyText(schedule)}${zone} (${seconds}${left})`;
}

function pauseOf({ nextStarts: [next], paused }: WorkSchedule): number {
  if (paused || next === undefined) return LOOK_EVERY_MS;
  return Math.min(LOOK_EVERY_MS, Math.max(200, Date.parse(next) - Date.now() + 100));
}
