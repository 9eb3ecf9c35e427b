import { type CycleHandle, cycleHandle } from '../../client/work-cycle/cycles.ts';
import type { Frequency } from '../../client/work-cycle/frequency.ts';
import {
  DEFAULT_SCHEDULE,
  deleteSchedule,
  listSchedules,
  pauseSchedule,
  readSchedule,
  resumeSchedule,
  setFrequency,
  triggerCycle,
} from '../../client/work-cycle/schedules.ts';
import type { WorkSchedule } from '../../client/work-cycle/schedule-status.ts';
import { hasCycleWorker } from '../../client/work-cycle/work-client.ts';
import { frequencyText, summarizeRequest } from '../../domain/cycle/summary.ts';
import { formatDuration, parseDuration } from '../../domain/duration.ts';
import { GhwError } from '../../domain/errors.ts';
import { lineInput, parseInput, personInput } from '../../domain/schemas/input.ts';
import { workScheduleId } from '../../workflows/protocol.ts';
import type { CommandContext } from '../context.ts';
import { plainLine } from '../text.ts';
import { cancelToItsEnd, followOne } from '../work-cycle/follow.ts';
import { intervalText } from '../work-cycle/follow-schedule.ts';
import { cronOf, scheduleNameOf } from '../work-cycle/options.ts';
import { workOf } from '../work-cycle/session.ts';

export interface NamedOptions {
  readonly name?: string;
}

export interface NoteOptions extends NamedOptions {
  readonly reason?: string;
  readonly by?: string;
}

/** `ghw work status` */
export async function showSchedules(context: CommandContext, options: NamedOptions): Promise<void> {
  const work = await workOf(context);
  const schedules =
    options.name === undefined ? await listSchedules(work) : [await readSchedule(work, nameOf(options))];
  context.out.data(schedules, () => {
    if (schedules.length === 0) return 'No schedule is set. Set one: ghw work --every 1h';
    return schedules.map(describeSchedule).join('\n\n');
  });
  if (schedules.length > 0 && !(await hasCycleWorker(work))) {
    context.out.warn('No worker is there: cycles wait until one starts (`ghw up`, or `ghw worker start`).');
  }
}

function describeSchedule(schedule: WorkSchedule): string {
  const { missed, nextStarts, note, paused, recent, request, running, skipped, started } = schedule;
  const state = paused ? 'paused' : schedule.remainingCycles === 0 ? 'used up' : 'active';
  const next = nextStarts[0] === undefined ? 'none' : `${nextStarts[0]} (in ${until(nextStarts[0])})`;
  const rows = [
    // Before anybody has said a word, the note is the summary that the Web UI shows.
    ['state', note === null || note.startsWith(frequencyText(request)) ? state : `${state} (${note})`],
    ['works on', summarizeRequest(request)],
    ['next', paused ? 'none before it is resumed: ghw work resume' : next],
    ['running', running.join(', ') || 'none'],
    ['last', recent[0] === undefined ? 'none' : `${recent[0].id}, started ${recent[0].startedAt}`],
    [
      'cycles',
      `${String(started)} started, ${String(skipped)} left out because one was running, ${String(missed)} missed`,
    ],
  ];
  const width = Math.max(...rows.map(([label = '']) => label.length));
  return [
    intervalText(schedule),
    ...rows.map(([label = '', text = '']) => `  ${label.padEnd(width)}  ${plainLine(text)}`),
  ].join('\n');
}

function until(time: string): string {
  return formatDuration(Math.max(0, Date.parse(time) - Date.now()));
}

/** `ghw work pause` */
export async function pause(context: CommandContext, options: NoteOptions): Promise<void> {
  const [work, name] = [await workOf(context), nameOf(options)];
  await pauseSchedule(work, name, noteOf(context, options, 'paused'));
  tell(context, await readSchedule(work, name), 'Paused. A cycle that runs goes on. Go on: ghw work resume');
}

/** `ghw work resume` */
export async function resume(context: CommandContext, options: NoteOptions): Promise<void> {
  const [work, name] = [await workOf(context), nameOf(options)];
  await resumeSchedule(work, name, noteOf(context, options, 'resumed'));
  const schedule = await readSchedule(work, name);
  const [next] = schedule.nextStarts;
  tell(
    context,
    schedule,
    `Resumed. ${next === undefined ? 'No cycle is left.' : `The next cycle: ${next} (in ${until(next)})`}`,
  );
}

/** `ghw work trigger` */
export async function trigger(
  context: CommandContext,
  options: NamedOptions & { readonly wait: boolean; readonly failOnError?: boolean },
): Promise<void> {
  const cycle = await triggerCycle(await workOf(context), nameOf(options));
  if (options.wait) return followOne(context, cycle, { failOnError: options.failOnError ?? false });
  context.out.data({ id: cycle.id }, () => `Started ${cycle.id}\nFollow it: ghw work follow ${cycle.id}`);
}

/** `ghw work stop` */
export async function stop(
  context: CommandContext,
  options: NamedOptions & { readonly cancel?: boolean },
): Promise<void> {
  const [work, name] = [await workOf(context), nameOf(options)];
  const { running } = await readSchedule(work, name);
  await deleteSchedule(work, name);
  const rest =
    options.cancel === true
      ? await Promise.all(running.map((id) => cancelled(cycleHandle(work, id))))
      : running.map((id) => `${id} goes on. Follow it: ghw work follow ${id}`);
  context.out.data({ name, running, cancelled: options.cancel ?? false }, () =>
    [`The schedule ${workScheduleId(name)} is ended; its cycles stay in ghw work history.`, ...rest].join('\n'),
  );
}

async function cancelled(cycle: CycleHandle): Promise<string> {
  try {
    const isOver = await cancelToItsEnd(cycle);
    return `${isOver ? 'Cancelled' : 'Told to end:'} ${cycle.id}; what runs goes on.`;
  } catch (error) {
    if (error instanceof GhwError && error.name === 'WorkNotFound') return `${cycle.id} has ended meanwhile.`;
    throw error;
  }
}

/** `ghw work set-frequency` */
export async function changeFrequency(
  context: CommandContext,
  options: NamedOptions & { readonly timezone?: string },
  [text = '']: readonly string[],
): Promise<void> {
  const frequency: Frequency = text.includes(' ') ? cronOf(text, options.timezone) : { everyMs: parseDuration(text) };
  const schedule = await setFrequency(await workOf(context), nameOf(options), {
    frequency,
    note: `Set by ${context.person}`,
  });
  tell(context, schedule, `Changed: ${frequencyText(schedule)}`);
}

function tell({ out }: CommandContext, schedule: WorkSchedule, text: string): void {
  out.data(schedule, () => `${text}\n${intervalText(schedule)}`);
}

function nameOf({ name }: NamedOptions): string {
  return name === undefined ? DEFAULT_SCHEDULE : scheduleNameOf(name);
}

function noteOf(context: CommandContext, { by, reason }: NoteOptions, what: string): string {
  const person = by === undefined ? context.person : parseInput(personInput, by, 'The name');
  const why = reason === undefined ? what : parseInput(lineInput, reason, 'The reason');
  return `${person}: ${why}`;
}
