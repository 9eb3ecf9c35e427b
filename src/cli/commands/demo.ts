import type { Command } from 'commander';
import type { Cli } from '../command.ts';
import { leaf } from '../command.ts';
import type { DemoOptions } from '../demo/run-demo.ts';

/** `ghw demo` */
export function demoCommand(cli: Cli): Command {
  const description = 'take an issue from sync to pull request on this machine alone';
  return leaf<DemoOptions>(cli, 'demo', description, async (context, options) =>
    (await import('../demo/run-demo.ts')).runDemo(context, options),
  )
    .option('--repository <path>', 'a git repository on disk; it is only read. Default: a small sample')
    .option('--issue-title <text>', 'the title of the issue')
    .option('--issue-body <text>', 'the body of the issue')
    .option('--directory <path>', 'where everything of the demonstration goes. Default: a temporary directory')
    .option('--keep', 'stay up at the end, until Ctrl-C, so that you can look around. Default: on a terminal')
    .option('--no-keep', 'end at once');
}
