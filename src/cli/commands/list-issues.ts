import { type Command, Option } from 'commander';
import type { ListOptions } from '../actions/list-issues.ts';
import { type Cli, collect, leaf } from '../command.ts';
import { listStates, sortKeys, waitsForChoices } from '../listing/choices.ts';

/** `ghw issues list` */
export function listIssuesCommand(cli: Cli): Command {
  return leaf<ListOptions>(cli, 'list', 'List issues and where they stand.', async (context, options, words) =>
    (await import('../actions/list-issues.ts')).listTrackedIssues(context, options, words),
  )
    .argument('[repositories...]', 'owner/repo; all if absent')
    .addOption(new Option('--state <state>', 'open, closed or all on GitHub (default: open)').choices(listStates))
    .option('--all', 'the same as --state all')
    .option('--label <label>', 'only with this label, or with !label without it (may be repeated)', collect)
    .option('--author <login>', 'only by this person, or @me')
    .option('--assignee <login>', 'only assigned to this person, or @me')
    .option('--plan <state>', 'only with the plan in this state (may be repeated)', collect)
    .option('--implementation <state>', 'only with the implementation in this state (may be repeated)', collect)
    .addOption(new Option('--waits-for <whom>', 'only what waits for them; me is a person').choices(waitsForChoices))
    .option('--repository <name>', 'only of this repository (may be repeated)', collect)
    .option('--search <words>', 'only with these words in the title')
    .addOption(new Option('--sort <key>', 'by what to sort (default: number)').choices(sortKeys))
    .option('--reverse', 'the other way round')
    .option('--limit <n>', 'at most so many')
    .option('--watch', 'redraw every 2 seconds, until q');
}
