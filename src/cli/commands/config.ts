import type { Command } from 'commander';
import { type Cli, group, leaf } from '../command.ts';

const actions = () => import('../actions/config.ts');

export function configCommand(cli: Cli): Command {
  const config = group('config', 'Show and change the configuration.');
  config.addCommand(
    leaf(cli, 'get', 'Print the value of a key, as it is after defaults and substitution.', async (context, _, words) =>
      (await actions()).getConfig(context, words),
    ).argument('<key>', 'such as implement.publish'),
  );
  config.addCommand(
    leaf(cli, 'set', 'Set a key. Comments stay; a broken file is mended.', async (context, _, words) =>
      (await actions()).setConfig(context, words),
    )
      .argument('<key>', 'such as implement.publish, or repositories[octo/hello].plan.agent')
      .argument('<values...>', 'several make a list'),
  );
  config.addCommand(
    leaf(cli, 'list', 'Print all keys with their values.', async (context) => (await actions()).listConfig(context)),
  );
  config.addCommand(
    leaf(cli, 'path', 'Print where the file is.', async (context) => (await actions()).configPath(context)),
  );
  for (const key of ['issues-path', 'repository-path']) {
    config.addCommand(
      leaf(cli, key, `The same as \`config set ${key.replace('-', '_')}\`.`, async (context, _, words) =>
        (await actions()).setConfig(context, [key, ...words]),
      ).argument('<path>'),
    );
  }
  return config;
}
