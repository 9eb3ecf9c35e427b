import type { CycleOptions } from '../../client/work-cycle/cycle-request.ts';
import type { Frequency } from '../../client/work-cycle/frequency.ts';
import { agentNames } from '../../config/agent-names.ts';
import type { Config } from '../../config/schema.ts';
import type { WorkSelection } from '../../domain/cycle/cycle.ts';
import { type CyclePhase, cyclePhases, workPhases } from '../../domain/cycle/phases.ts';
import { matchesPattern } from '../../domain/cycle/select.ts';
import { parseDuration, parseMoment } from '../../domain/duration.ts';
import { GhwError } from '../../domain/errors.ts';
import { type Priority, priorityNumber } from '../../domain/priority.ts';
import {
  agentInput,
  assigneeInput,
  countInput,
  cronInput,
  lineInput,
  modelInput,
  parseInput,
  scheduleNameInput,
  timeZoneInput,
} from '../../domain/schemas/input.ts';
import { parseWorkTargets } from '../../domain/schemas/work-targets.ts';

/** What `ghw work` is asked for, as it stands on the command line. */
export interface WorkOptions {
  readonly once?: boolean;
  readonly every?: string;
  readonly cron?: string;
  readonly timezone?: string;
  readonly name?: string;
  readonly maxCycles?: string;
  readonly dryRun?: boolean;
  readonly skipPhase?: readonly string[];
  readonly onlyPhase?: readonly string[];
  readonly planAgent?: string;
  readonly planModel?: string;
  readonly implementAgent?: string;
  readonly implementModel?: string;
  readonly reviewAgent?: string;
  readonly reviewModel?: string;
  readonly failOnError?: boolean;
  readonly all?: boolean;
  readonly label?: readonly string[];
  readonly since?: string;
  readonly assignee?: string;
  readonly priority?: Priority;
  readonly repo?: readonly string[];
  readonly issue?: readonly string[];
  readonly discover?: readonly string[];
  readonly wait: boolean;
}

/**
 * What the cycle works on, and how.
 *
 * @throws GhwError `InvalidInput`
 */
export function cycleOptionsOf(options: WorkOptions, words: readonly string[], now = new Date()): CycleOptions {
  const { repositories, numbers } = parseWorkTargets([...words, ...(options.repo ?? []), ...(options.issue ?? [])]);
  const selection: WorkSelection = {
    repositories,
    numbers,
    ...labelsOf(options),
    since: options.since === undefined ? null : parseMoment(options.since, now),
    assignee: options.assignee === undefined ? null : parseInput(assigneeInput, options.assignee, 'The assignee'),
    priority: options.priority === undefined ? null : priorityNumber(options.priority),
  };
  return { selection, phases: phasesOf(options), choices: choicesOf(options), dryRun: options.dryRun ?? false };
}

function labelsOf({ all = false, label = [] }: WorkOptions): Pick<WorkSelection, 'labels' | 'notLabels'> {
  const given = label.map((text) => parseInput(lineInput, text, 'A label'));
  const labels = given.filter((text) => !text.startsWith('!'));
  const notLabels = given
    .filter((text) => text.startsWith('!'))
    .map((text) => parseInput(lineInput, text.slice(1), 'A label after !'));
  if (all && labels.length > 0) {
    throw new GhwError('InvalidInput', '--all takes issues whatever their labels: it goes with no --label but !label.');
  }
  return { labels: all ? [] : labels.length === 0 ? null : labels, notLabels };
}

function phasesOf({ onlyPhase, skipPhase }: WorkOptions): readonly CyclePhase[] {
  if (onlyPhase !== undefined && skipPhase !== undefined) {
    throw new GhwError('InvalidInput', '--only-phase and --skip-phase exclude each other.');
  }
  const named = (onlyPhase ?? skipPhase ?? []).flatMap((text) => text.split(',')).map(parsePhase);
  return cyclePhases.filter((phase) => named.includes(phase) === (onlyPhase !== undefined));
}

function parsePhase(text: string): CyclePhase {
  const phase = cyclePhases.find((name) => name === text.trim());
  if (phase !== undefined) return phase;
  throw new GhwError('InvalidInput', `There is no phase ${JSON.stringify(text)}.`, {
    hint: `Choose of ${cyclePhases.join(', ')}.`,
  });
}

function choicesOf(options: WorkOptions): CycleOptions['choices'] {
  const given = workPhases.flatMap((phase) => {
    const [agent, model] = [options[`${phase}Agent`], options[`${phase}Model`]];
    if (agent === undefined && model === undefined) return [];
    const choice = {
      agent: agent === undefined ? null : parseInput(agentInput, agent, `The agent to ${phase}`),
      model: model === undefined ? null : parseInput(modelInput, model, `The model to ${phase}`),
    };
    return [[phase, choice] as const];
  });
  return Object.fromEntries(given);
}

/** When cycles start; null for once. */
export function frequencyOf(options: WorkOptions, config: Config): Frequency | null {
  const { cron, every, once = false, timezone } = options;
  if ([once, every !== undefined, cron !== undefined].filter(Boolean).length > 1) {
    throw new GhwError('InvalidInput', '--once, --every and --cron exclude each other.');
  }
  if (timezone !== undefined && cron === undefined) {
    throw new GhwError('InvalidInput', '--timezone goes with --cron.');
  }
  if (!once)
    return cron === undefined ? { everyMs: parseDuration(every ?? config.sync.frequency) } : cronOf(cron, timezone);
  if (options.maxCycles !== undefined || options.name !== undefined) {
    throw new GhwError(
      'InvalidInput',
      '--once is one cycle without a schedule: no --max-cycles or --name goes with it.',
    );
  }
  return null;
}

/** A cron expression means the time of whoever writes it, unless they say which. */
export function cronOf(text: string, timeZone?: string): Frequency {
  const zone = timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    cron: parseInput(cronInput, text, 'A cron expression'),
    timeZone: parseInput(timeZoneInput, zone, 'The time zone'),
  };
}

export function scheduleNameOf(name: string): string {
  return parseInput(scheduleNameInput, name, 'The name of a schedule');
}

export function maxCyclesOf({ maxCycles }: WorkOptions): number | undefined {
  return maxCycles === undefined ? undefined : parseInput(countInput, maxCycles, '--max-cycles');
}

/**
 * Whether the configuration has what a cycle needs.
 *
 * @throws GhwError `InvalidConfiguration`, `RepositoryNotConfigured`, `UnknownAgent`, with the command that mends it
 */
export function checkConfigured(config: Config, { choices = {}, selection }: CycleOptions): void {
  if (config.repositories.length === 0) {
    throw new GhwError('InvalidConfiguration', 'No repository is configured.', {
      hint: 'ghw repositories add owner/repo',
    });
  }
  for (const pattern of selection?.repositories ?? []) {
    if (config.repositories.some(({ name }) => matchesPattern(name, pattern))) continue;
    throw new GhwError('RepositoryNotConfigured', `No configured repository is called ${pattern}.`, {
      hint: pattern.includes('*')
        ? 'See ghw repositories list, or add some: --discover owner.'
        : `ghw repositories add ${pattern}`,
    });
  }
  for (const { agent } of Object.values(choices)) {
    if (agent === null || agentNames(config).includes(agent)) continue;
    throw new GhwError('UnknownAgent', `There is no agent ${JSON.stringify(agent)}.`, {
      hint: `Choose of ${agentNames(config).join(', ')}.`,
    });
  }
}
