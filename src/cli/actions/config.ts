import { existsSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Edited } from '../../config/change.ts';
import { setValue, unsetValue } from '../../config/edit.ts';
import { leafKeys } from '../../config/json-schema.ts';
import { type Key, formatKey } from '../../config/key.ts';
import type { LoadedConfig, Origin } from '../../config/load.ts';
import { fromHere, locateConfig } from '../../config/location.ts';
import { readOverrides } from '../../config/overrides.ts';
import { parseKey, splitKey } from '../../config/parse-key.ts';
import { describeProblem, placeOf } from '../../config/problem.ts';
import { effectiveValue, ownKeys, withoutSecrets } from '../../config/value.ts';
import type { CommandContext } from '../context.ts';
import { renderTable } from '../table.ts';
import { plainText } from '../text.ts';

type Words = readonly string[];

export async function getConfig(context: CommandContext, [text = '']: Words): Promise<void> {
  const key = parseKey(text);
  const { value, origin } = effectiveValue(await context.config(), key);
  const safe = withoutSecrets(value);
  context.out.data({ key: formatKey(key), value: safe ?? null, ...origin }, () => plainText(blockText(safe)));
}

export async function setConfig(context: CommandContext, [text = '', ...values]: Words): Promise<void> {
  const key = parseKey(text);
  const edited = await setValue(key, values, context.configOptions);
  context.out.data({ path: edited.path, key: formatKey(key) }, () => `Set ${formatKey(key)} in ${edited.path}.`);
  tellOverride(context, key);
  tellRest(context, edited);
}

export async function unsetConfig(context: CommandContext, [text = '']: Words): Promise<void> {
  // What is not a key must be gone too.
  const key = splitKey(text) ?? parseKey(text);
  const edited = await unsetValue(key, context.configOptions);
  if (!edited.was) parseKey(text);
  const { path, was } = edited;
  context.out.data({ path, key: formatKey(key), was }, () =>
    was ? `Took ${formatKey(key)} out of ${path}.` : `${formatKey(key)} was not in ${path}.`,
  );
  tellOverride(context, key);
  tellRest(context, edited);
}

export async function listConfig(context: CommandContext): Promise<void> {
  const loaded = await context.config();
  const keys = [...leafKeys(), ...ownKeys(loaded.config)];
  const values = keys.map((key) => ({ key: formatKey(key), ...safeValue(loaded, key) }));
  const { path, exists } = loaded;
  if (!exists) context.out.note(`# ${path} does not exist.`);
  context.out.data(
    {
      path,
      exists,
      values: Object.fromEntries(values.map(({ key, value, origin }) => [key, { value: value ?? null, ...origin }])),
    },
    () => {
      const rows = values.map(({ key, value, origin }) => [
        key,
        describeOrigin(origin),
        key === 'repositories' ? loaded.config.repositories.map(({ name }) => name).join(', ') : flowText(value),
      ]);
      return renderTable(['key', 'from', 'value'], rows, { width: context.out.width });
    },
  );
}

/** `config issues-path` prints, `config issues-path X` sets. */
export async function pathConfig(context: CommandContext, key: string, words: Words): Promise<void> {
  if (words.length === 0) return getConfig(context, [key]);
  // Not a folder of that name, but the default again.
  return setConfig(context, [key, ...words.map((path) => (path === 'null' ? path : fromHere(path)))]);
}

export function configPath(context: CommandContext): Promise<void> {
  const { path } = locateConfig(context.configOptions);
  context.out.data({ path, exists: existsSync(path) }, () => path);
  return Promise.resolve();
}

/** Prints the schema as it is shipped. */
export async function configSchema(context: CommandContext): Promise<void> {
  const { publishedSchema } = await import('../../config/published-schema.ts');
  const schema = publishedSchema();
  context.out.data(schema, () => JSON.stringify(schema, null, 2));
}

/** What is still wrong in the file after a change, and where its broken predecessor was kept. */
export function tellRest(context: CommandContext, { backup, remaining, path }: Edited): void {
  if (backup !== undefined) {
    context.out.note(`The file could not be read whole: what could be is in it now, and it is kept as ${backup}.`);
  }
  for (const problem of remaining) {
    context.out.note(`Still wrong: ${placeOf(path, problem)}: ${describeProblem(problem)}\n  ${problem.mend}`);
  }
}

/** A change of the file is without effect where the environment has the last word. */
function tellOverride(context: CommandContext, key: Key): void {
  const override = readOverrides(context.io.env).values.find(({ key: own }) => own.every((part, i) => part === key[i]));
  if (override !== undefined) {
    context.out.note(`${override.variable} is set, and counts instead of the file: unset ${override.variable}`);
  }
}

function safeValue(loaded: LoadedConfig, key: Key): { readonly value: unknown; readonly origin: Origin } {
  const { value, origin } = effectiveValue(loaded, key);
  return { value: withoutSecrets(value), origin };
}

function describeOrigin(origin: Origin): string {
  switch (origin.from) {
    case 'default':
      return 'default';
    case 'file':
      return `line ${String(origin.line)}`;
    case 'environment':
      return origin.variable;
  }
}

/** A value on its own: what a script wants to read. */
function blockText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

function flowText(value: unknown): string {
  if (typeof value === 'string') return value;
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
}
