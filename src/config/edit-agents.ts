import { isMap, isSeq, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { isAgentKind } from '../domain/agent-kind.ts';
import { GhwError } from '../domain/errors.ts';
import { type Edited, changed, exclusively, save } from './change.ts';
import { type ConfigDocument, valueNode } from './document.ts';
import type { ConfigOptions } from './location.ts';
import { namedAgentsSchema } from './sections/agents.ts';

const LIST = 'named_agents';

/** What an agent with a name of its own says; null takes a key away. */
export type AgentSettings = Readonly<Record<string, string | number | null>>;

/**
 * Adds an agent under a name of its own.
 *
 * @throws GhwError `InvalidConfiguration` if the name is taken, or a value does not fit; the file is then unchanged
 */
export async function createNamedAgent(
  name: string,
  settings: AgentSettings,
  options: ConfigOptions = {},
): Promise<Edited> {
  return exclusively(options, async (document, base) => {
    if (isAgentKind(name) || entryOf(base, name) !== undefined) {
      throw refused(`There is an agent ${name} already.`, `ghw agents update ${name}, or choose another name.`);
    }
    const entry = { name, ...withoutNulls(settings) };
    fits([entry]);
    const after = changed(base, (yaml) => {
      const list = yaml.get(LIST);
      if (isSeq(list) && list.items.length > 0) yaml.addIn([LIST], yaml.createNode(entry));
      else yaml.set(LIST, yaml.createNode([entry]));
    });
    return save(document, after, options);
  });
}

/**
 * Changes what is given, and leaves the rest.
 *
 * @throws GhwError `UnknownAgent`; `InvalidConfiguration` if a value does not fit; the file is then unchanged
 */
export async function updateNamedAgent(
  name: string,
  settings: AgentSettings,
  options: ConfigOptions = {},
): Promise<Edited> {
  return exclusively(options, async (document, base) => {
    const found = entryOf(base, name) ?? unknown(name);
    fits([withoutNulls({ ...(found.entry.toJSON() as AgentSettings), ...settings })]);
    const after = changed(base, (yaml) => {
      for (const [key, value] of Object.entries(settings)) {
        if (value === null) yaml.deleteIn([LIST, found.index, key]);
        else yaml.setIn([LIST, found.index, key], value);
      }
    });
    return save(document, after, options);
  });
}

/**
 * Takes an agent out of the list.
 *
 * @throws GhwError `UnknownAgent`
 */
export async function deleteNamedAgent(name: string, options: ConfigOptions = {}): Promise<Edited> {
  return exclusively(options, async (document, base) => {
    const { index } = entryOf(base, name) ?? unknown(name);
    const after = changed(base, (yaml) => {
      yaml.deleteIn([LIST, index]);
      const list = yaml.get(LIST);
      if (!isSeq(list) || list.items.length === 0) yaml.delete(LIST);
    });
    return save(document, after, options);
  });
}

function entryOf(
  document: ConfigDocument,
  name: string,
): { readonly index: number; readonly entry: YAMLMap } | undefined {
  const list = valueNode(document, [LIST]);
  if (!isSeq(list)) return undefined;
  const index = list.items.findIndex((item) => isMap(item) && item.get('name') === name);
  const entry = list.items[index];
  return isMap(entry) ? { index, entry } : undefined;
}

function withoutNulls(settings: AgentSettings): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string | number] => entry[1] !== null),
  );
}

function fits(agents: readonly unknown[]): void {
  const parsed = namedAgentsSchema.safeParse(agents);
  if (!parsed.success) throw refused(parsed.error.issues.map(worded).join('; '), 'See ghw agents create --help.');
}

function worded({ path, message }: z.core.$ZodIssue): string {
  return `${path.slice(1).map(String).join('.')} ${message}`.trim();
}

function unknown(name: string): never {
  const hint = isAgentKind(name)
    ? `${name} is one of our own: its settings are below agents.${name} (ghw config set).`
    : 'See ghw agents list.';
  throw new GhwError('UnknownAgent', `There is no agent ${JSON.stringify(name)} with a name of its own.`, { hint });
}

function refused(message: string, hint: string): GhwError {
  return new GhwError('InvalidConfiguration', message, { hint });
}
