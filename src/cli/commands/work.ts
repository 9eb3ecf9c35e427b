import { type Command, Option } from 'commander';
import { priorities } from '../../domain/priority.ts';
import type { WorkOptions } from '../actions/work.ts';
import type { NamedOptions, NoteOptions } from '../actions/work-schedules.ts';
import type { HistoryOptions } from '../actions/work-history.ts';
import { type Cli, collect, leaf } from '../command.ts';

const schedules = () => import('../actions/work-schedules.ts');
const NAME = ['--name <name>', 'the schedule (default: default)'] as const;
const BY = ['--by <name>', 'who asks (default: your user name)'] as const;

export function workCommand(cli: Cli): Command {
  const work = leaf<WorkOptions>(
    cli,
    'work',
    'Sync, plan, implement and review: once, or again and again by a schedule (the default, every sync.frequency).',
    async (...given) => (await import('../actions/work.ts')).work(...given),
  ).argument('[targets...]', 'repositories, patterns (octo/*), issue numbers and ranges (1-10,42); all if absent');
  withRunning(work);
  withSelection(work);
  withPhases(work);
  for (const command of [...followCommands(cli), ...scheduleCommands(cli)]) work.addCommand(command);
  return work;
}

function withRunning(command: Command): void {
  command
    .option('--once', 'one cycle, now')
    .option('--every <duration>', 'a schedule: 10m, 1h30m, 2d12h')
    .option('--cron <expression>', 'a schedule: "0 9 * * 1-5"')
    .option('--timezone <zone>', 'of the cron expression (default: this machine’s)')
    .option('--name <name>', 'of the schedule (default: default)')
    .option('--max-cycles <n>', 'so many cycles, then no more')
    .option('--dry-run', 'say what each phase would do, and do nothing')
    .option('--fail-on-error', 'exit code 1 if anything failed, also a single issue')
    .option('--no-wait', 'do not follow the work');
}

function withSelection(command: Command): void {
  command
    .option('--all', 'issues whatever their labels; without it, those that sync.labels select')
    .option('--label <label>', 'only issues with this label, or without it: !label (may be repeated)', collect)
    .option('--since <when>', 'only issues updated since: 7d, 12h, 2026-01-31')
    .option('--assignee <login>', 'only issues assigned to this login, or @me')
    .addOption(new Option('--priority <priority>', 'only repositories of this priority or above').choices(priorities))
    .option('--repo <pattern>', 'only repositories of this name: octo/hello, octo/* (may be repeated)', collect)
    .option('--issue <numbers>', 'only these issues: 42, 1-10,42 (may be repeated)', collect)
    .option('--discover <owner>', 'first add the repositories of this owner (may be repeated)', collect);
}

function withPhases(command: Command): void {
  command
    .option('--only-phase <phase>', 'sync, plan, implement or review alone (may be repeated)', collect)
    .option('--skip-phase <phase>', 'all but this phase (may be repeated)', collect);
  for (const phase of ['plan', 'implement', 'review'] as const) {
    command
      .option(`--${phase}-agent <name>`, `the agent to ${phase}`)
      .option(`--${phase}-model <name>`, `the model to ${phase}`);
  }
}

function followCommands(cli: Cli): readonly Command[] {
  return [
    leaf<NamedOptions & { failOnError?: boolean }>(
      cli,
      'follow',
      'Follow a cycle, or a schedule’s cycles, live.',
      async (...given) => (await import('../actions/follow-work.ts')).followWork(...given),
    )
      .argument('[cycle]', 'the cycle’s id; without it, the one that runs, or else the schedule')
      .option(...NAME)
      .option('--fail-on-error', 'exit code 1 if anything failed'),
    leaf(cli, 'cancel', 'Cancel a cycle; what runs goes on by itself.', async (context, _options, words) =>
      (await import('../actions/follow-work.ts')).cancelWork(context, words),
    ).argument('<cycle>', 'the cycle’s id'),
    leaf<HistoryOptions>(cli, 'history', 'List past cycles, and how often what failed.', async (context, options) =>
      (await import('../actions/work-history.ts')).showHistory(context, options),
    )
      .option('--name <name>', 'only of this schedule; once for cycles by hand')
      .option('--limit <n>', 'at most so many (default: 20)'),
  ];
}

function scheduleCommands(cli: Cli): readonly Command[] {
  return [
    leaf<NamedOptions>(cli, 'status', 'Show the schedules, what runs and what comes next.', async (context, options) =>
      (await schedules()).showSchedules(context, options),
    ).option('--name <name>', 'only this schedule'),
    leaf<NoteOptions>(cli, 'pause', 'Let the next starts pass; a cycle that runs goes on.', async (context, options) =>
      (await schedules()).pause(context, options),
    )
      .option(...NAME)
      .option('--reason <text>', 'why; shown beside the schedule')
      .option(...BY),
    leaf<NoteOptions>(cli, 'resume', 'Go on after a pause.', async (context, options) =>
      (await schedules()).resume(context, options),
    )
      .option(...NAME)
      .option('--reason <text>', 'why; shown beside the schedule')
      .option(...BY),
    leaf<NamedOptions & { wait: boolean }>(
      cli,
      'trigger',
      'Start a cycle of the schedule now.',
      async (context, options) => (await schedules()).trigger(context, options),
    )
      .option(...NAME)
      .option('--fail-on-error', 'exit code 1 if anything failed')
      .option('--no-wait', 'do not follow it'),
    leaf<NamedOptions & { cancel?: boolean }>(cli, 'stop', 'End the schedule.', async (context, options) =>
      (await schedules()).stop(context, options),
    )
      .option(...NAME)
      .option('--cancel', 'cancel the cycle that runs, too; without it, it goes on'),
    leaf<NamedOptions & { timezone?: string }>(cli, 'set-frequency', 'Change when cycles start.', async (...given) =>
      (await schedules()).changeFrequency(...given),
    )
      .argument('<frequency>', '1h30m, or a cron expression: "0 9 * * 1-5"')
      .option(...NAME)
      .option('--timezone <zone>', 'of the cron expression (default: this machine’s)'),
  ];
}
