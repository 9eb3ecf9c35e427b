import type { AgentCheck, AgentCheckOptions } from '../../agents/agent.ts';
import type { AgentRegistry } from '../../agents/registry.ts';
import { registerAgents } from '../../workers/agents.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderTable } from '../table.ts';

interface CheckedAgent extends AgentCheck {
  readonly name: string;
}

/** Prints the agents that there are. */
export async function listAgents(context: CommandContext): Promise<void> {
  const agents = (await registryOf(context)).list();
  context.out.data(agents, () =>
    renderTable(
      ['name', 'default', 'what'],
      agents.map(({ name, isDefault, description }) => [name, isDefault ? 'yes' : '', description]),
      { width: context.out.width },
    ),
  );
}

/**
 * Looks for the programs of agents, and installs what is missing where that is wanted; exit code 1 if one cannot be used.
 *
 * @throws GhwError `UnknownAgent`
 */
export async function checkAgents(
  context: CommandContext,
  names: readonly string[],
  options: AgentCheckOptions,
): Promise<void> {
  const registry = await registryOf(context);
  const wanted = (names.length > 0 ? names : registry.list().map(({ name }) => name)).map((name) => registry.get(name));
  const checked: CheckedAgent[] = [];
  // One after the other: an installation has the network and the disk to itself.
  for (const agent of wanted) checked.push({ name: agent.name, ...(await agent.check(options)) });
  context.out.data(checked, () =>
    renderTable(['name', 'usable', 'version', 'program', 'note'], checked.map(cellsOf), { width: context.out.width }),
  );
  if (checked.some(({ ok }) => !ok)) context.exitCode = exitCodes.failed;
}

function cellsOf({ name, ok, version, path, message }: CheckedAgent): string[] {
  return [name, ok ? 'yes' : 'no', version ?? '', path ?? '', message];
}

async function registryOf(context: CommandContext): Promise<AgentRegistry> {
  const { config } = await context.config();
  return registerAgents(config, context.io.env);
}
