import type { Command } from 'commander';
import { type Cli, group, leaf } from '../command.ts';

const actions = () => import('../actions/repositories.ts');

export function repositoriesCommand(cli: Cli): Command {
  const repositories = group('repositories', 'Choose the repositories to work on.');
  repositories.addCommand(
    leaf<{ verify: boolean }>(cli, 'add', 'Add repositories, after asking GitHub.', async (context, options, words) =>
      (await actions()).addRepositories(context, options, words),
    )
      .argument('<repositories...>', 'owner/repo, owner/* for all of an owner, or an address on GitHub')
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
  for (const [name, active] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    const what = active
      ? 'Begin new work in repositories again, and look at their pull requests.'
      : 'Begin nothing new in repositories by itself; they stay known, and what runs goes on.';
    repositories.addCommand(
      leaf(cli, name, what, async (context, _options, words) =>
        (await import('../actions/enable-repositories.ts')).activateRepositories(context, active, words),
      ).argument('<repositories...>', 'owner/repo'),
    );
  }
  return repositories;
}
