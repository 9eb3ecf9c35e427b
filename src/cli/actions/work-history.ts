import type { CycleState } from '../../domain/cycle/cycle.ts';
import { type CycleStatistics, cycleStatistics } from '../../domain/cycle/statistics.ts';
import { formatDuration } from '../../domain/duration.ts';
import { countInput, parseInput } from '../../domain/schemas/input.ts';
import type { LedgerCycle } from '../../ledger/ledger.ts';
import type { CommandContext } from '../context.ts';
import { renderTable } from '../table.ts';

export interface HistoryOptions {
  readonly name?: string;
  readonly limit?: string;
}

const DEFAULT_LIMIT = 20;

/** `ghw work history` */
export async function showHistory(context: CommandContext, options: HistoryOptions): Promise<void> {
  const limit = options.limit === undefined ? DEFAULT_LIMIT : parseInput(countInput, options.limit, 'The limit');
  const ledger = await context.ledger();
  const cycles = await ledger.cycles.list({ limit, ...(options.name === undefined ? {} : { name: options.name }) });
  const statistics = cycleStatistics(cycles.map((cycle) => ({ ...cycle, state: stateOf(cycle) })));
  context.out.data({ cycles, statistics }, () => {
    if (cycles.length === 0) return 'No cycle has run yet. Run one: ghw work --once';
    return `${table(context, cycles)}\n\n${describeStatistics(statistics)}`;
  });
}

function table(context: CommandContext, cycles: readonly LedgerCycle[]): string {
  const rows = cycles.map((cycle) => {
    const { endedAt, id, name, outcome, startedAt } = cycle;
    const state = stateOf(cycle);
    const count = (key: 'done' | 'failed'): string =>
      String(state?.phases.reduce((sum, phase) => sum + (phase.phase === 'sync' ? 0 : phase[key]), 0) ?? 0);
    const took = endedAt === null ? 'running' : formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
    const number = state?.plan ? String(state.plan.cycle) : '';
    return [name, number, startedAt, took, outcome.replace('_', ' '), count('done'), count('failed'), id];
  });
  const head = [
    'name',
    { title: 'cycle', align: 'right' as const },
    'started',
    { title: 'took', align: 'right' as const, optional: true },
    'outcome',
    { title: 'done', align: 'right' as const },
    { title: 'failed', align: 'right' as const },
    { title: 'id', optional: true },
  ];
  return renderTable(head, rows, { width: context.out.width, head: context.out.colors.bold });
}

function describeStatistics({ byPhase, byRepository, failedInARow, outcomes }: CycleStatistics): string {
  const counts = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([what, count]) => `${what} ${String(count)}`)
      .join(', ') || 'none';
  return [
    `Outcomes: ${counts(outcomes)}`,
    `Failures by phase: ${counts(byPhase)}`,
    `Failures by repository: ${counts(byRepository)}`,
    `Failed in a row: ${String(failedInARow)}`,
  ].join('\n');
}

/** What the ledger keeps is what the cycle recorded; older versions may have recorded less. */
function stateOf({ result }: LedgerCycle): CycleState | null {
  const isState = typeof result === 'object' && result !== null && 'phases' in result && Array.isArray(result.phases);
  return isState ? (result as CycleState) : null;
}
