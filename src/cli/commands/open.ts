import type { Command } from 'commander';
import type { OpenOptions } from '../actions/open.ts';
import { type Cli, leaf } from '../command.ts';

/** `ghw open` */
export function openCommand(cli: Cli): Command {
  return leaf<OpenOptions>(cli, 'open', 'Show an issue in the browser.', async (context, options, words) =>
    (await import('../actions/open.ts')).openIssue(context, options, words),
  )
    .argument('<issue...>', '42, owner/repo 42, owner/repo#42, or its address')
    .option('--pull-request', 'its pull request instead')
    .option('--workflow', 'its workflow in the Temporal Web UI instead')
    .option('--plan', 'its plan on GitHub instead')
    .option('--print', 'print the address; always so where there is no terminal');
}
