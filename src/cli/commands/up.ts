import type { Command } from 'commander';
import type { RunOptions } from '../actions/run-worker.ts';
import { type Cli, leaf } from '../command.ts';

export function upCommand(cli: Cli): Command {
  return leaf<RunOptions>(
    cli,
    'up',
    'Run Temporal with its Web UI and a worker here, in the foreground.',
    async (context, options) => (await import('../actions/run-worker.ts')).up(context, options),
  ).option('--log-level <level>', 'fatal, error, warn, info, debug or trace', 'warn');
}
