import type { Command } from 'commander';
import { type Cli, group, leaf } from '../command.ts';

const actions = () => import('../actions/config.ts');

const keyExamples = 'such as implement.publish, or repositories.octo/hello.plan.agent';

export function configCommand(cli: Cli): Command {
  const config = group('config', 'Show and change the configuration.');
  const commands = [
    leaf(cli, 'list', 'Print all keys with their values, and where each comes from.', async (context) =>
      (await actions()).listConfig(context),
    ),
    leaf(cli, 'get', 'Print the value that counts for a key.', async (context, _, words) =>
      (await actions()).getConfig(context, words),
    ).argument('<key>', keyExamples),
    leaf(cli, 'set', 'Set a key. Comments stay; a broken file is mended.', async (context, _, words) =>
      (await actions()).setConfig(context, words),
    )
      .argument('<key>', keyExamples)
      .argument('<values...>', 'several make a list'),
    leaf(cli, 'unset', 'Take a key out of the file, so that its default counts.', async (context, _, words) =>
      (await actions()).unsetConfig(context, words),
    ).argument('<key>', `${keyExamples}; also one that is not known`),
    leaf(cli, 'validate', 'Tell everything that is wrong, and how to mend it.', async (context) =>
      (await import('../actions/validate-config.ts')).validate(context),
    ),
    leaf(cli, 'edit', 'Open the file in your editor, and check what you wrote.', async (context) =>
      (await import('../actions/edit-config.ts')).editConfig(context),
    ),
    leaf(cli, 'path', 'Print where the file is.', async (context) => (await actions()).configPath(context)),
    leaf(cli, 'schema', 'Print the JSON Schema of the file, for editors.', async (context) =>
      (await actions()).configSchema(context),
    ),
    ...['issues-path', 'repository-path'].map((key) =>
      leaf(cli, key, `Print ${key.replace('-', '_')}, or set it.`, async (context, _, words) =>
        (await actions()).pathConfig(context, key, words),
      ).argument('[path]', 'the new one'),
    ),
  ];
  for (const command of commands) config.addCommand(command);
  return config;
}
