import {
  type DiscoverySchedule,
  lastDiscovery,
  pauseDiscovery,
  readDiscovery,
  resumeDiscovery,
  runDiscovery,
} from '../../client/discovery.ts';
import { hasCycleWorker } from '../../client/work-cycle/work-client.ts';
import type { DiscoveryState } from '../../domain/discovery/cycle.ts';
import { formatDuration } from '../../domain/duration.ts';
import { lineInput, parseInput, personInput, repositoryInput } from '../../domain/schemas/input.ts';
import type { CommandContext } from '../context.ts';
import { budgetText, cycleText, exitCodeOfDiscovery, problemLines } from '../discovery/texts.ts';
import { followDiscovery } from '../discovery/follow.ts';
import { repositoryOf } from '../targets.ts';
import { plainLine } from '../text.ts';
import { workOf } from '../work-cycle/session.ts';

export interface DiscoveryRunOptions {
  readonly failOnError?: boolean;
  readonly wait: boolean;
}

export interface DiscoveryNoteOptions {
  readonly reason?: string;
  readonly by?: string;
}

/** `ghw discovery run` */
export async function runDiscoveryNow(
  context: CommandContext,
  options: DiscoveryRunOptions,
  words: readonly string[],
): Promise<void> {
  const { config } = await context.config();
  const repositories = words.map(
    (word) => repositoryOf(config, parseInput(repositoryInput, word, 'A repository')).repository,
  );
  const handle = await runDiscovery(await workOf(context), {
    repositories: repositories.length === 0 ? null : repositories,
  });
  if (!options.wait) {
    context.out.data({ id: handle.id }, () => `Started ${handle.id}\nSee what came of it: ghw discovery status`);
    return;
  }
  const state = await followDiscovery(context, handle);
  context.out.data({ id: handle.id, ...state }, () => [cycleText(state), ...problemLines(state)].join('\n'));
  context.exitCode = exitCodeOfDiscovery(state, options.failOnError ?? false);
}

/** `ghw discovery status` */
export async function showDiscovery(context: CommandContext): Promise<void> {
  const work = await workOf(context);
  const schedule = await readDiscovery(work);
  const [last, isThere] = await Promise.all([lastDiscovery(work, schedule), hasCycleWorker(work)]);
  context.out.data({ schedule, last, worker: isThere }, () => human(schedule, last));
  if (!isThere) {
    context.out.warn('No worker is there: discovery waits until one starts (`ghw up`, or `ghw worker start`).');
  }
}

function human(schedule: DiscoverySchedule, last: DiscoveryState | null): string {
  const { everyMs, nextStarts, note, paused, recent, running, skipped, started } = schedule;
  const [next] = nextStarts;
  const rows = [
    [
      'schedule',
      `every ${formatDuration(everyMs)}, ${paused ? 'paused' : 'active'}${note === null ? '' : ` (${note})`}`,
    ],
    ['next', paused ? 'none before it is resumed: ghw discovery resume' : next === undefined ? 'none' : nextText(next)],
    ['running', running.join(', ') || 'none'],
    ['cycles', `${String(started)} started, ${String(skipped)} left out because one was running`],
    ['last', recent[0] === undefined ? 'none yet: ghw discovery run' : recent[0].startedAt],
    ['came to', last === null ? '' : cycleText(last)],
    ['avoided', last?.reading ? avoidedText(last.reading) : ''],
    ['GitHub', budgetText(last?.reading?.budget ?? null)],
  ].filter(([, text]) => text !== '');
  const width = Math.max(...rows.map(([label = '']) => label.length));
  return [
    ...rows.map(([label = '', text = '']) => `${label.padEnd(width)}  ${plainLine(text)}`),
    ...(last === null ? [] : problemLines(last)),
  ].join('\n');
}

function nextText(time: string): string {
  return `${time} (in ${formatDuration(Math.max(0, Date.parse(time) - Date.now()))})`;
}

function avoidedText({
  avoidedShare,
  naiveRequests,
  requests,
}: {
  readonly avoidedShare: number;
  readonly naiveRequests: number;
  readonly requests: number;
}): string {
  const share = (avoidedShare * 100).toFixed(1).replace(/\.0$/, '');
  return `${share} % of requests: ${String(requests)} instead of ${String(naiveRequests)}, one per repository and pull request`;
}

/** `ghw discovery pause` */
export async function pauseSchedule(context: CommandContext, options: DiscoveryNoteOptions): Promise<void> {
  const work = await workOf(context);
  await pauseDiscovery(work, noteOf(context, options, 'paused'));
  tell(context, await readDiscovery(work), 'Paused. A cycle that runs goes on. Go on: ghw discovery resume');
}

/** `ghw discovery resume` */
export async function resumeSchedule(context: CommandContext, options: DiscoveryNoteOptions): Promise<void> {
  const work = await workOf(context);
  await resumeDiscovery(work, noteOf(context, options, 'resumed'));
  const schedule = await readDiscovery(work);
  const [next] = schedule.nextStarts;
  tell(context, schedule, `Resumed.${next === undefined ? '' : ` The next cycle: ${nextText(next)}`}`);
}

function tell({ out }: CommandContext, schedule: DiscoverySchedule, text: string): void {
  out.data(schedule, () => text);
}

function noteOf(context: CommandContext, { by, reason }: DiscoveryNoteOptions, what: string): string {
  const person = by === undefined ? context.person : parseInput(personInput, by, 'The name');
  const why = reason === undefined ? what : parseInput(lineInput, reason, 'The reason');
  return `${person}: ${why}`;
}
