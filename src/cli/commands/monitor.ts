import type { Command } from 'commander';
import type { MonitorOptions } from '../actions/monitor.ts';
import { type Cli, leaf } from '../command.ts';

/** `ghw monitor` */
export function monitorCommand(cli: Cli): Command {
  return leaf<MonitorOptions>(
    cli,
    'monitor',
    'Watch an agent at work: what it says, its tools, files, tokens and cost, until the phase ends.',
    async (context, options, words) => (await import('../actions/monitor.ts')).monitorIssue(context, options, words),
  )
    .argument('<issue...>', '42, owner/repo 42, owner/repo#42, or its address')
    .option('--no-follow', 'show what there is now, and end');
}
