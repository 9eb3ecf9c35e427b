import { parseMoment } from '../../domain/duration.ts';
import { GhwError } from '../../domain/errors.ts';
import type { SpendLine } from '../../ledger/ledger.ts';
import type { CommandContext } from '../context.ts';
import { renderTable } from '../table.ts';
import { formatUsd } from '../text.ts';

export interface CostsOptions {
  readonly by: string;
  readonly since?: string;
}

const kinds = ['agent', 'model', 'phase', 'issue', 'repository'] as const;

/** Prints what runs of agents that have ended cost, by one of their sides. */
export async function showCosts(context: CommandContext, options: CostsOptions): Promise<void> {
  const by = kinds.find((kind) => kind === options.by);
  if (by === undefined) {
    throw new GhwError('InvalidInput', `--by ${options.by} is none of ${kinds.join(', ')}.`, {
      hint: 'ghw costs --by repository',
    });
  }
  const since = options.since === undefined ? undefined : parseMoment(options.since, new Date());
  const lines = await (await context.ledger()).runs.spend(by, since);
  const totalUsd = lines.reduce((sum, { costUsd }) => sum + costUsd, 0);
  context.out.data({ by, since: since ?? null, totalUsd, lines }, () =>
    lines.length === 0 ? 'No agent has run yet.' : `${table(context, by, lines)}\ntotal ${formatUsd(totalUsd)}`,
  );
}

function table(context: CommandContext, by: string, lines: readonly SpendLine[]): string {
  const rows = lines.map(({ cachedInputTokens, costUsd, failed, inputTokens, key, outputTokens, runs }) => [
    key,
    formatUsd(costUsd),
    String(runs),
    String(failed),
    String(inputTokens),
    String(cachedInputTokens),
    String(outputTokens),
  ]);
  const head = [
    by,
    'cost',
    'runs',
    { title: 'failed', optional: true },
    'input',
    { title: 'cached', optional: true },
    'output',
  ];
  return renderTable(head, rows, { width: context.out.width, head: context.out.colors.bold });
}
