import { agentUses } from '../../config/agent-names.ts';
import { createNamedAgent, deleteNamedAgent, updateNamedAgent, type AgentSettings } from '../../config/edit-agents.ts';
import { GhwError } from '../../domain/errors.ts';
import type { CommandContext } from '../context.ts';
import { tellRest } from './config.ts';

/** What the options say, as keys of the configuration. */
export interface NamedAgentOptions {
  readonly kind?: string;
  readonly description?: string;
  readonly model?: string;
  readonly path?: string;
  readonly baseUrl?: string;
  readonly apiKeyEnv?: string;
  readonly provider?: string;
  readonly script?: string;
  readonly timeout?: string;
  readonly maxTurns?: string;
  readonly budgetUsd?: string;
  readonly unset?: readonly string[];
}

/** Options, and the keys that they set. */
const keys = {
  kind: 'kind',
  description: 'description',
  model: 'model',
  path: 'path',
  baseUrl: 'base_url',
  apiKeyEnv: 'api_key_env',
  provider: 'provider',
  script: 'script',
  timeout: 'timeout',
  maxTurns: 'max_turns',
  budgetUsd: 'budget_usd',
} as const;

const numbers: readonly string[] = ['max_turns', 'budget_usd'];

/** Adds an agent under a name of its own to the configuration. */
export async function createAgent(context: CommandContext, options: NamedAgentOptions, name: string): Promise<void> {
  const settings = settingsOf(options);
  const edited = await createNamedAgent(name, settings, context.configOptions);
  context.out.data({ name, created: true, ...settings }, () => `Created ${name}.\nNext: ghw agents check ${name}`);
  tellRest(context, edited);
}

/** Changes an agent with a name of its own. */
export async function updateAgent(context: CommandContext, options: NamedAgentOptions, name: string): Promise<void> {
  const settings = settingsOf(options);
  if (Object.keys(settings).length === 0) {
    throw new GhwError('InvalidInput', `Nothing was said about what to change of ${name}.`, {
      hint: 'See ghw agents update --help.',
    });
  }
  const edited = await updateNamedAgent(name, settings, context.configOptions);
  context.out.data({ name, updated: true, ...settings }, () => `Updated ${name}.`);
  tellRest(context, edited);
}

/** Takes agents with names of their own out of the configuration, unless they are named elsewhere in it. */
export async function deleteAgents(context: CommandContext, names: readonly string[]): Promise<void> {
  const uses = agentUses((await context.config()).config);
  for (const name of names) {
    const places = uses.get(name);
    if (places === undefined) continue;
    throw new GhwError('InvalidConfiguration', `${name} is still named: ${places.join(', ')}.`, {
      hint: `Name another agent there first: ghw config set ${places[0] ?? 'agent.default'} NAME`,
    });
  }
  for (const name of names) tellRest(context, await deleteNamedAgent(name, context.configOptions));
  context.out.data(
    names.map((name) => ({ name, deleted: true })),
    () => names.map((name) => `Deleted ${name}.`).join('\n'),
  );
}

function settingsOf(options: NamedAgentOptions): AgentSettings {
  const given = Object.entries(keys).flatMap(([option, key]) => {
    const value = options[option as keyof typeof keys];
    return value === undefined ? [] : [[key, numbers.includes(key) ? Number(value) : value] as const];
  });
  const gone = (options.unset ?? []).map((word) => [keyOf(word), null] as const);
  return Object.fromEntries([...given, ...gone]);
}

function keyOf(word: string): string {
  const key = word.replace(/^--/, '').replaceAll('-', '_');
  const known = Object.values(keys).filter((name) => name !== 'kind');
  if ((known as readonly string[]).includes(key)) return key;
  throw new GhwError('InvalidInput', `An agent has no ${JSON.stringify(word)} that could be taken away.`, {
    hint: `There are ${known.join(', ')}.`,
  });
}
