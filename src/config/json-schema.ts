import { z } from 'zod';
import type { Key } from './key.ts';
import { configSchema } from './schema.ts';

/** The part of JSON Schema that the configuration needs. @see https://json-schema.org/draft-07 */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** What a key holds. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'list' | 'section';

let converted: JsonSchema | undefined;

/** The configuration's schema as JSON Schema; converted when it is first asked for, since most commands never do. */
export function configJsonSchema(): JsonSchema {
  converted ??= z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
  }) as unknown as JsonSchema;
  return converted;
}

/** The schema of a key; undefined if there is no such key. */
export function schemaAt(key: Key): JsonSchema | undefined {
  let schema: JsonSchema | undefined = configJsonSchema();
  for (const [index, part] of key.entries()) {
    const below: JsonSchema | undefined = schema && typed(schema);
    // A repository is named where a list's entry is counted.
    const isEntry = typeof part === 'number' || (index === 1 && key[0] === 'repositories');
    schema = isEntry
      ? below?.items
      : Object.hasOwn(below?.properties ?? {}, part)
        ? below?.properties?.[part]
        : undefined;
  }
  return schema;
}

/** What a key holds; undefined if there is no such key. */
export function kindAt(key: Key): ValueKind | undefined {
  const schema = schemaAt(key);
  return schema && kinds[String(typed(schema).type)];
}

/** True if a key may be null. */
export function isNullable(key: Key): boolean {
  return schemaAt(key)?.anyOf?.some(({ type }) => type === 'null') ?? false;
}

/** The names that are known right below `key`; empty if anything or nothing may stand there. */
export function keysBelow(key: Key): readonly string[] {
  return Object.keys(schemaAt(key)?.properties ?? {});
}

/** All keys at or below `base` that hold a value, in the order of the schema. */
export function leafKeys(base: Key = []): readonly Key[] {
  const schema = schemaAt(base);
  return schema === undefined ? [] : [...leaves(schema, base)];
}

const kinds: Readonly<Record<string, ValueKind>> = {
  string: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'section',
};

/** The schema itself, or of one that may be null the other half. */
function typed(schema: JsonSchema): JsonSchema {
  return schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
}

function* leaves(schema: JsonSchema, key: Key): Generator<Key> {
  if (schema.properties === undefined) {
    yield key;
    return;
  }
  for (const [name, below] of Object.entries(schema.properties)) yield* leaves(below, [...key, name]);
}
