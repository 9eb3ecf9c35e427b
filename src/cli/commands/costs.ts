import type { Command } from 'commander';
import type { CostsOptions } from '../actions/costs.ts';
import { type Cli, leaf } from '../command.ts';

/** `ghw costs` */
export function costsCommand(cli: Cli): Command {
  return leaf<CostsOptions>(cli, 'costs', 'Show what agents cost, dearest first.', async (context, options) =>
    (await import('../actions/costs.ts')).showCosts(context, options),
  )
    .option('--by <what>', 'agent, model, phase, issue or repository', 'agent')
    .option('--since <when>', 'only since: 7d, 12h, 2026-01-31');
}
