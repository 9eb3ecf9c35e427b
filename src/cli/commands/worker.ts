import type { Command } from 'commander';
import type { RunOptions } from '../actions/run-worker.ts';
import { type Cli, group, leaf } from '../command.ts';

export function workerCommand(cli: Cli): Command {
  const worker = group('worker', 'Run a worker for a Temporal service that is there.');
  worker.addCommand(
    leaf<RunOptions>(cli, 'start', 'Start a worker, in the foreground.', async (context, options) =>
      (await import('../actions/run-worker.ts')).startWorkerHere(context, options),
    ).option('--log-level <level>', 'fatal, error, warn, info, debug or trace', 'info'),
  );
  return worker;
}
