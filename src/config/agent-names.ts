import { agentKinds } from '../domain/agent-kind.ts';
import { type ConfigDocument, positionOfValue } from './document.ts';
import { type Key, formatKey } from './key.ts';
import { set, unset } from './mend.ts';
import { nearest } from './parse-key.ts';
import type { ConfigProblem } from './problem.ts';
import type { Config } from './schema.ts';

type NamingConfig = Pick<
  Config,
  'agent' | 'choices' | 'implement' | 'named_agents' | 'plan' | 'repositories' | 'review'
>;

/** All agents that can be named: ours, then those of the configuration. */
export function agentNames({ named_agents: named }: Pick<Config, 'named_agents'>): readonly string[] {
  return [...agentKinds, ...named.map(({ name }) => name)];
}

/** Where the configuration names an agent: keys, by the agent's name. */
export function agentUses(config: NamingConfig): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  for (const { agent, key } of placesOfAgents(config)) {
    const [section, index, ...rest] = key;
    const repository = section === 'repositories' && config.repositories[Number(index)];
    const word = formatKey(repository ? [section, repository.name, ...rest] : key);
    uses.set(agent, [...(uses.get(agent) ?? []), word]);
  }
  return uses;
}

/** Keys that name an agent that there is not. */
export function agentProblems(document: ConfigDocument, config: NamingConfig): readonly ConfigProblem[] {
  const names = agentNames(config);
  return placesOfAgents(config)
    .filter(({ agent }) => !names.includes(agent))
    .map(({ agent, key }) => ({
      key,
      position: positionOfValue(document, key),
      what: `names the agent ${JSON.stringify(agent)}, and there is none of that name: there are ${names.join(', ')}.`,
      mend: set(document, key, nearest(agent, names)) ?? unset(document, key),
      instead: 'Choose one of those, or give one a name first: ghw agents create --help',
    }));
}

/** Every place that names an agent, in the order of the schema. */
function placesOfAgents(config: NamingConfig): readonly { readonly agent: string; readonly key: Key }[] {
  const places: { agent: string; key: Key }[] = [];
  const note = (agent: string | null | undefined, ...key: Key): void => {
    if (agent != null) places.push({ agent, key });
  };
  const settings = [
    { at: [], of: config },
    ...config.repositories.map((of, index) => ({ at: ['repositories', index], of })),
  ];
  for (const { at, of } of settings) {
    note(of.agent?.default, ...at, 'agent', 'default');
    for (const [index, name] of (of.agent?.fallback ?? []).entries()) note(name, ...at, 'agent', 'fallback', index);
    for (const phase of ['plan', 'implement', 'review'] as const) note(of[phase]?.agent, ...at, phase, 'agent');
    for (const [index, { agent }] of (of.choices ?? []).entries()) note(agent, ...at, 'choices', index, 'agent');
  }
  return places;
}
