import { formatDuration } from '../../domain/duration.ts';
import { formatIssue } from '../../domain/issue.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { readStatus } from '../status/read.ts';
import type {
  Part,
  PullRequestsStatus,
  RunningCycle,
  RunningIssue,
  SetUpStage,
  Status,
  WaitingIssue,
} from '../status/status.ts';
import { type Column, renderTable } from '../table.ts';
import { formatUsd, plainLine } from '../text.ts';
import { watch } from '../watch.ts';

export interface StatusOptions {
  readonly watch?: boolean;
}

/** A status is read at a glance; the list has the rest. */
const MAX_LINES = 15;

/** Shows what runs, what waits, what failed, what it cost, and where set-up stands. */
export async function showStatus(context: CommandContext, options: StatusOptions): Promise<void> {
  if (options.watch === true) {
    await watch(context, async () => {
      const status = await readStatus(context);
      return { value: status, text: () => human(context, status) };
    });
    return;
  }
  const status = await readStatus(context);
  context.out.data(status, () => human(context, status));
  if (status.setUp.stage === 'broken') context.exitCode = exitCodes.configuration;
}

function human(context: CommandContext, status: Status): string {
  const { yellow } = context.out.colors;
  const { cycles, running, waiting, failed } = status;
  const sections = [
    cycles && cycles.length > 0 ? cyclesTable(context, cycles) : null,
    running && runningText(context, running, cycles ?? []),
    waiting && (waiting.length === 0 ? 'Nothing waits for you.' : waitingTable(context, 'waits for you', waiting)),
    failed && (failed.length === 0 ? null : waitingTable(context, 'failed', failed)),
    ...pullRequestTables(context, status.pullRequests),
    [costLine(status.cost), setUpLine(status.setUp), `Next      ${plainLine(status.next)}`]
      .filter((line) => line !== null)
      .join('\n'),
    status.problems.map(({ part, message }) => yellow(plainLine(`${lack(status, part)} ${message}`))).join('\n'),
  ];
  return sections.filter(Boolean).join('\n\n');
}

/** What a status lacks without a part. */
function lack({ running }: Status, part: Part): string {
  switch (part) {
    case 'configuration':
      return 'Nothing is known without a configuration:';
    case 'temporal':
      return running === null ? 'What runs and waits is not known:' : 'This is what the ledger was last told:';
    case 'ledger':
      return 'Costs and the number of issues are not known:';
  }
}

function cyclesTable(context: CommandContext, cycles: readonly RunningCycle[]): string {
  const head: Column[] = [
    { title: 'work cycle' },
    { title: 'done', align: 'right' },
    { title: 'for', align: 'right' },
    { title: 'do' },
  ];
  const rows = cycles.map(({ ended, id, phase, startedAt, taken }) => [
    phase ?? 'running',
    phase === null ? '' : `${String(ended)} of ${String(taken)}`,
    startedAt === null ? '' : formatDuration(Math.max(0, Date.now() - Date.parse(startedAt))),
    `ghw work follow ${id}`,
  ]);
  return tableOf(context, head, rows);
}

function runningText(
  context: CommandContext,
  issues: readonly RunningIssue[],
  cycles: readonly RunningCycle[],
): string | null {
  if (issues.length > 0) return runningTable(context, issues);
  return cycles.length === 0 ? 'Nothing runs.' : null;
}

function runningTable(context: CommandContext, issues: readonly RunningIssue[]): string {
  const head: Column[] = [
    { title: 'runs' },
    { title: 'what' },
    { title: 'for', align: 'right' },
    { title: 'cost', align: 'right', optional: true },
    { title: 'agent', optional: true },
    { title: 'title' },
  ];
  const rows = issues
    .slice(0, MAX_LINES)
    .map((issue) => [
      formatIssue(issue),
      [issue.doing, (issue.attempt ?? 1) > 1 ? `attempt ${String(issue.attempt)}` : '', (issue.step ?? '').slice(0, 40)]
        .filter((text) => text !== '')
        .join(' · '),
      issue.since === null ? '' : formatDuration(Math.max(0, Date.now() - Date.parse(issue.since))),
      formatUsd(issue.costUsd),
      issue.agent ?? '',
      issue.title ?? '',
    ]);
  return withMore(tableOf(context, head, rows), issues.length, 'agent');
}

function waitingTable(context: CommandContext, title: string, issues: readonly WaitingIssue[]): string {
  const head: Column[] = [{ title }, { title: 'what' }, { title: 'do' }, { title: 'title', optional: true }];
  const rows = issues
    .slice(0, MAX_LINES)
    .map((issue) => [formatIssue(issue), issue.what, issue.next, issue.title ?? '']);
  return withMore(tableOf(context, head, rows), issues.length, 'me');
}

function pullRequestTables(context: CommandContext, pulls: PullRequestsStatus | null): readonly (string | null)[] {
  const tables = [
    ['checks failed', '--checks failed', pulls?.failing ?? []],
    ['pull requests', '--no-draft', pulls?.waiting ?? []],
  ] as const;
  return tables.map(([title, filter, found]) => {
    if (found.length === 0) return null;
    const head: Column[] = [{ title }, { title: 'what' }, { title: 'do' }, { title: 'title', optional: true }];
    const rows = found.slice(0, MAX_LINES).map((pull) => [formatIssue(pull), pull.what, pull.next, pull.title]);
    const more = found.length - rows.length;
    const table = tableOf(context, head, rows);
    return more > 0 ? `${table}\n… and ${String(more)} more: ghw prs list ${filter}` : table;
  });
}

function tableOf(context: CommandContext, head: readonly Column[], rows: readonly (readonly string[])[]): string {
  return renderTable(head, rows, { width: context.out.width, head: context.out.colors.bold });
}

function withMore(table: string, count: number, whom: string): string {
  if (count <= MAX_LINES) return table;
  return `${table}\n… and ${String(count - MAX_LINES)} more: ghw issues list --waits-for ${whom}`;
}

function costLine(cost: Status['cost']): string | null {
  if (cost === null) return null;
  const agents = cost.byAgent.map(
    ({ key, costUsd, runs }) => `${key} ${formatUsd(costUsd)} in ${counted(runs, 'run')}`,
  );
  const by = agents.length === 0 ? '' : ` (${agents.join(', ')})`;
  return `Cost      ${formatUsd(cost.todayUsd)} today, ${formatUsd(cost.totalUsd)} in all${plainLine(by)}`;
}

const stages = {
  uninitialized: 'no configuration yet',
  broken: 'the configuration cannot be read',
  configured: 'configured, no repository yet',
  repositories: 'repositories chosen, no issue synced yet',
  synced: 'issues synced, no worker answers',
  ready: 'ready',
} as const satisfies Record<SetUpStage, string>;

function setUpLine({ stage, repositories, issues, worker }: Status['setUp']): string {
  const parts = [
    stages[stage],
    ...(repositories > 0 ? [counted(repositories, 'repository', 'repositories')] : []),
    ...(issues === null ? [] : [counted(issues, 'issue')]),
    ...(worker === null ? [] : [worker ? 'a worker runs' : 'no worker']),
  ];
  return `Set-up    ${parts.join(', ')}`;
}

function counted(count: number, one: string, several = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : several}`;
}
