import type { Command } from 'commander';
import { type Cli, group, leaf } from '../command.ts';

const actions = () => import('../actions/repositories.ts');

export function repositoriesCommand(cli: Cli): Command {
  const repositories = group('repositories', 'Choose the repositories to work on.');
  repositories.addCommand(
    leaf<{ verify: boolean }>(cli, 'add', 'Add repositories, after asking GitHub.', async (context, options, words) =>
      (await actions()).addRepositories(context, options, words),
    )
      .argument('<repositories...>', 'owner/repo, or an address on GitHub')
      .option('--no-verify', 'take the name as it is, without asking GitHub'),
  );
  repositories.addCommand(
    leaf(cli, 'list', 'List the repositories, and what the last sync saw of each.', async (context) =>
      (await actions()).listRepositories(context),
    ),
  );
  repositories.addCommand(
    leaf<{ yes?: boolean }>(
      cli,
      'remove',
      'Take a repository out of the configuration. What runs, and what is on disk, stays.',
      async (context, options, words) => (await actions()).removeRepositories(context, options, words),
    )
      .argument('<repositories...>', 'owner/repo')
      .option('-y, --yes', 'do not ask'),
  );
  return repositories;
}
