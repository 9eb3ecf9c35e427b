import { formatDuration, parseMoment } from '../../domain/duration.ts';
import { parseInput, repositoryInput } from '../../domain/schemas/input.ts';
import type { AgentStatistics } from '../../ledger/ledger.ts';
import type { CommandContext } from '../context.ts';
import { renderTable } from '../table.ts';

export interface StatsOptions {
  readonly since?: string;
  readonly repository?: string;
}

/** What came of the runs of agents, by phase: success, attempts, duration and cost. */
export async function showStatistics(
  context: CommandContext,
  options: StatsOptions,
  names: readonly string[],
): Promise<void> {
  const { repository, since } = options;
  const ledger = await context.ledger();
  const all = await ledger.runs.statistics({
    ...(since === undefined ? {} : { since: parseMoment(since, new Date()) }),
    ...(repository === undefined ? {} : { repository: parseInput(repositoryInput, repository, 'A repository') }),
  });
  const lines = all.filter(({ agent }) => names.length === 0 || names.includes(agent)).map(withRates);
  context.out.data(lines, () => (lines.length === 0 ? 'No agent has run yet.' : table(context, lines)));
}

interface StatisticsLine extends AgentStatistics {
  /** Of the runs that nobody stopped, from 0 to 1; null where there are none. */
  readonly successRate: number | null;
  readonly attemptsPerRun: number;
  readonly costPerRunUsd: number;
}

function withRates(line: AgentStatistics): StatisticsLine {
  const { attempts, costUsd, failed, ok, runs } = line;
  return {
    ...line,
    successRate: ok + failed === 0 ? null : ok / (ok + failed),
    attemptsPerRun: attempts / runs,
    costPerRunUsd: costUsd / runs,
  };
}

function table(context: CommandContext, lines: readonly StatisticsLine[]): string {
  const right = (title: string, optional = false) => ({ title, align: 'right' as const, optional });
  const head = [
    'agent',
    'phase',
    right('runs'),
    right('success'),
    right('failed'),
    right('stopped', true),
    right('attempts', true),
    right('median'),
    right('longest', true),
    right('cost'),
    right('per run', true),
  ];
  const rows = lines.map((line) => [
    line.agent,
    line.phase,
    line.runs.toString(),
    line.successRate === null ? '' : `${Math.round(line.successRate * 100).toString()} %`,
    line.failed.toString(),
    line.cancelled.toString(),
    line.attemptsPerRun.toFixed(1),
    duration(line.medianMs),
    duration(line.longestMs),
    `$${line.costUsd.toFixed(2)}`,
    `$${line.costPerRunUsd.toFixed(2)}`,
  ]);
  return renderTable(head, rows, { width: context.out.width, head: context.out.colors.bold });
}

function duration(ms: number | null): string {
  return ms === null ? '' : formatDuration(Math.max(1_000, Math.round(ms / 1_000) * 1_000));
}
