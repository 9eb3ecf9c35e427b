import { GhwError } from '../domain/errors.ts';
import type { CodingAgent } from './agent.ts';

/** The agents that this worker knows. */
export interface AgentRegistry {
  /** Adds an agent. The first one, or the one registered with `default`, is taken where none is named. */
  register(agent: CodingAgent, options?: { readonly default?: boolean }): void;
  /** In the order of registration. */
  list(): readonly { readonly name: string; readonly description: string; readonly isDefault: boolean }[];
  /** @throws GhwError `UnknownAgent`, naming those there are. */
  get(name?: string): CodingAgent;
}

export function createRegistry(): AgentRegistry {
  const agents = new Map<string, CodingAgent>();
  let defaultName: string | undefined;

  return {
    register: (agent, options = {}) => {
      if (agents.has(agent.name))
        throw new GhwError('Internal', `The agent ${agent.name} is registered already.`, { retryable: false });
      agents.set(agent.name, agent);
      if (options.default === true || defaultName === undefined) defaultName = agent.name;
    },
    list: () =>
      [...agents.values()].map(({ name, description }) => ({ name, description, isDefault: name === defaultName })),
    get: (name) => {
      const found = agents.get(name ?? defaultName ?? '');
      if (found) return found;
      const names = [...agents.keys()].join(', ');
      throw new GhwError('UnknownAgent', `There is no agent ${JSON.stringify(name ?? '(default)')}.`, {
        hint: names === '' ? 'No agent is registered.' : `Choose one of: ${names}.`,
      });
    },
  };
}
