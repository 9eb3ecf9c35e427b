import type { Command } from 'commander';
import { agentKinds } from '../../domain/agent-kind.ts';
import type { StatsOptions } from '../actions/agent-stats.ts';
import type { NamedAgentOptions } from '../actions/named-agents.ts';
import { type Cli, collect, group, leaf } from '../command.ts';

const actions = () => import('../actions/agents.ts');
const named = () => import('../actions/named-agents.ts');

export function agentsCommand(cli: Cli): Command {
  const agents = group('agents', 'See, check, install and name the agents that do the work, and what came of it.');
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
  agents.addCommand(
    leaf<StatsOptions>(
      cli,
      'stats',
      'Show what came of runs, by agent and phase: success, attempts, duration, cost.',
      async (context, options, words) =>
        (await import('../actions/agent-stats.ts')).showStatistics(context, options, words),
    )
      .argument('[agents...]', 'names of agents; all where none is named')
      .option('--since <time>', 'runs that ended since then: 7d, or a date')
      .option('--repository <name>', 'runs in one repository'),
  );
  agents.addCommand(
    withSettings(
      leaf<NamedAgentOptions>(
        cli,
        'create',
        'Give one of our agents a name and settings of its own.',
        async (context, options, words) => (await named()).createAgent(context, options, words[0] ?? ''),
      )
        .argument('<name>', 'what it is called')
        .requiredOption('--kind <agent>', `the agent that it is: ${agentKinds.join(', ')}`),
    ),
  );
  agents.addCommand(
    withSettings(
      leaf<NamedAgentOptions>(
        cli,
        'update',
        'Change an agent with a name of its own.',
        async (context, options, words) => (await named()).updateAgent(context, options, words[0] ?? ''),
      )
        .argument('<name>', 'what it is called')
        .option('--kind <agent>', `the agent that it is: ${agentKinds.join(', ')}`)
        .option('--unset <setting>', 'take a setting away, such as budget-usd; may be given several times', collect),
    ),
  );
  agents.addCommand(
    leaf(
      cli,
      'delete',
      'Take agents with names of their own out of the configuration.',
      async (context, _options, words) => (await named()).deleteAgents(context, words),
    ).argument('<names...>', 'what they are called'),
  );
  return agents;
}

function withSettings(command: Command): Command {
  return command
    .option('--description <text>', 'for lists')
    .option('--model <name>', 'its model')
    .option('--path <file>', 'its program')
    .option('--base-url <address>', 'where its model’s API is')
    .option('--api-key-env <variable>', 'names the variable that holds its key')
    .option('--provider <name>', 'whose API OpenCode asks')
    .option('--script <file>', 'what the scripted agent plays')
    .option('--timeout <duration>', 'its longest run')
    .option('--max-turns <count>', 'its most model turns')
    .option('--budget-usd <dollars>', 'what one run may cost');
}
