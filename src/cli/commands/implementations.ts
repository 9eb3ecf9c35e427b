import type { Command } from 'commander';
import type { ImplementationReviewOptions } from '../actions/implementations.ts';
import { type Cli, group, leaf } from '../command.ts';

const actions = () => import('../actions/implementations.ts');

export function implementationsCommand(cli: Cli): Command {
  const implementations = group('implementations', 'Look at an implementation and publish it.');
  implementations.addCommand(
    leaf<ImplementationReviewOptions>(
      cli,
      'review',
      'Show an implementation; on your word, open its pull request.',
      async (...given) => (await actions()).reviewImplementation(...given),
    )
      .argument('<issue...>', 'owner/repo 42, or owner/repo#42')
      .option('-y, --yes', 'open the pull request without asking')
      .option('--head <sha>', 'with --yes: only if this is the head')
      .option('--draft', 'as a draft')
      .option('--no-draft', 'not as a draft')
      .option('--by <name>', 'who answers for it (default: your user name)'),
  );
  return implementations;
}
