import { z } from 'zod';
import { GhwError } from '../domain/errors.ts';
import { configSchema } from './schema.ts';

/** A place in the configuration: names of keys, and positions in lists. */
export type Key = readonly (string | number)[];

/** `implement.publish`, `repositories[0].plan.agent`. */
export function formatKey(key: Key): string {
  return key
    .map((part, index) => (typeof part === 'number' ? `[${String(part)}]` : index === 0 ? part : `.${part}`))
    .join('');
}

/**
 * Reads a key as a person writes it: `implement.publish`, or `repositories[octo/hello].plan.agent`. Names of one word
 * may be written with hyphens (`issues-path`).
 *
 * @throws GhwError `InvalidInput` for a key that the configuration does not have
 */
export function parseKey(text: string): Key {
  const key: (string | number)[] = [];
  const part = /\.?([A-Za-z0-9_-]+)|\[([^\]]+)\]/y;
  while (part.lastIndex < text.length) {
    const start = part.lastIndex;
    const found = part.exec(text);
    if (found === null || (start === 0 && text.startsWith('.'))) throw unknownKey(text);
    key.push(resolvePart(key, found[1] ?? found[2] ?? ''));
  }
  if (key.length === 0 || schemaAt(key) === undefined) throw unknownKey(text);
  return key;
}

/** All keys that hold a value, in the order of the schema. */
export function leafKeys(): readonly string[] {
  return [...leaves(jsonSchema, [])].map(formatKey);
}

/** The keys that are known right below `key`; empty if anything or nothing may stand there. */
export function keysBelow(key: Key): readonly string[] {
  return Object.keys(schemaAt(key)?.properties ?? {});
}

/** The most similar of `candidates`, if any is similar enough to be meant. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const scored = candidates
    .map((candidate) => ({
      candidate,
      distance: distance(text.replaceAll('-', '_').toLowerCase(), candidate.replaceAll('-', '_')),
    }))
    .sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best && best.distance <= Math.max(2, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

const jsonSchema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

function schemaAt(key: Key): JsonSchema | undefined {
  let schema: JsonSchema | undefined = jsonSchema;
  for (const [index, part] of key.entries()) {
    // What stands in brackets names a list's entry.
    schema = key[index - 1] === 'repositories' || typeof part === 'number' ? schema?.items : schema?.properties?.[part];
  }
  return schema;
}

function resolvePart(before: Key, part: string): string {
  const known = keysBelow(before);
  const spelled = part.replaceAll('-', '_');
  return !known.includes(part) && known.includes(spelled) ? spelled : part;
}

function* leaves(schema: JsonSchema, key: Key): Generator<Key> {
  if (schema.properties === undefined) {
    yield key;
    return;
  }
  for (const [name, below] of Object.entries(schema.properties)) yield* leaves(below, [...key, name]);
}

function unknownKey(text: string): GhwError {
  const meant = nearest(text, leafKeys());
  return new GhwError('InvalidInput', `The configuration has no key ${JSON.stringify(text)}.`, {
    hint: meant === undefined ? 'See `ghw config list` for all keys.' : `Did you mean ${meant}?`,
  });
}

/** Levenshtein's distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
