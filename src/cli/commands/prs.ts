import { type Command, Option } from 'commander';
import type { PrListOptions } from '../actions/list-prs.ts';
import type { PrOpenOptions } from '../actions/show-pr.ts';
import { type Cli, collect, group, leaf } from '../command.ts';
import { checksChoices, prSortKeys, prStates } from '../prs/choices.ts';

const PULL_REQUEST = ['<pull-request...>', 'owner/repo#7, its address, or owner/repo 7'] as const;

export function prsCommand(cli: Cli): Command {
  const prs = group('prs', 'See pull requests and their checks, as discovery last saw them.');
  prs.addCommand(
    leaf<PrListOptions>(
      cli,
      'list',
      'List pull requests, how their checks stand and whom they wait for.',
      async (...given) => (await import('../actions/list-prs.ts')).listPrs(...given),
    )
      .argument('[repositories...]', 'owner/repo; all if absent')
      .addOption(new Option('--state <state>', 'open, merged, closed or all (default: open)').choices(prStates))
      .addOption(
        new Option('--checks <how>', 'only with checks like this (may be repeated)')
          .choices(checksChoices)
          .argParser((value: string, before: readonly string[] | undefined) => collect(value, before)),
      )
      .option('--author <login>', 'only by this person, or @me')
      .option('--label <label>', 'only with this label')
      .option('--draft', 'only drafts')
      .option('--no-draft', 'no drafts')
      .option('--own', 'only those that gh-worker opened for an issue')
      .option('--repository <name>', 'only of this repository (may be repeated)', collect)
      .option('--search <words>', 'only with these words in the title')
      .addOption(new Option('--sort <key>', 'by what to sort (default: number)').choices(prSortKeys))
      .option('--reverse', 'the other way round')
      .option('--limit <n>', 'at most so many'),
  );
  prs.addCommand(
    leaf(cli, 'show', 'Show one pull request: its checks, and what happened to it.', async (context, _options, words) =>
      (await import('../actions/show-pr.ts')).showPr(context, words),
    ).argument(...PULL_REQUEST),
  );
  prs.addCommand(
    leaf<PrOpenOptions>(cli, 'open', 'Show a pull request, or its workflow, in the browser.', async (...given) =>
      (await import('../actions/show-pr.ts')).openPr(...given),
    )
      .argument(...PULL_REQUEST)
      .option('--workflow', 'its workflow in the Temporal Web UI')
      .option('--print', 'print the address instead'),
  );
  return prs;
}
