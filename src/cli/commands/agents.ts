import type { Command } from 'commander';
import { type Cli, group, leaf } from '../command.ts';

const actions = () => import('../actions/agents.ts');

export function agentsCommand(cli: Cli): Command {
  const agents = group('agents', 'See, check and install the agents that do the work.');
  agents.addCommand(
    leaf(cli, 'list', 'List the agents, and which of them is the default.', async (context) =>
      (await actions()).listAgents(context),
    ),
  );
  agents.addCommand(
    leaf(cli, 'check', 'Say where the program of each agent is. Installs nothing.', async (context, _options, words) =>
      (await actions()).checkAgents(context, words, { install: false }),
    ).argument('[agents...]', 'names of agents; all where none is named'),
  );
  agents.addCommand(
    leaf(
      cli,
      'install',
      'Find the programs of agents, and install what is missing.',
      async (context, _options, words) => (await actions()).checkAgents(context, words, { install: true }),
    ).argument('<agents...>', 'names of agents'),
  );
  return agents;
}
