import type { Command } from 'commander';
import type { StatusOptions } from '../actions/status.ts';
import { type Cli, leaf } from '../command.ts';

/** `ghw status` */
export function statusCommand(cli: Cli): Command {
  return leaf<StatusOptions>(
    cli,
    'status',
    'What runs, what waits for you, what failed, what it cost, and what to do next.',
    async (context, options) => (await import('../actions/status.ts')).showStatus(context, options),
  ).option('--watch', 'redraw every 2 seconds, until q');
}
