import { agentKinds } from '../domain/agent-kind.ts';
import type { Config } from './schema.ts';

/** All agents that can be named: ours, then those of the configuration. */
export function agentNames({ named_agents: named }: Pick<Config, 'named_agents'>): readonly string[] {
  return [...agentKinds, ...named.map(({ name }) => name)];
}

/** Where the configuration names an agent: keys, by the agent's name. */
export function agentUses(config: Config): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  const note = (name: string | null | undefined, key: string): void => {
    if (name != null) uses.set(name, [...(uses.get(name) ?? []), key]);
  };
  const settings = [
    { at: '', of: config },
    ...config.repositories.map((of) => ({ at: `repositories.${of.name}.`, of })),
  ];
  for (const { at, of } of settings) {
    note(of.agent?.default, `${at}agent.default`);
    for (const name of of.agent?.fallback ?? []) note(name, `${at}agent.fallback`);
    for (const phase of ['plan', 'implement', 'review'] as const) note(of[phase]?.agent, `${at}${phase}.agent`);
    for (const [index, { agent }] of (of.choices ?? []).entries())
      note(agent, `${at}choices[${index.toString()}].agent`);
  }
  return uses;
}
