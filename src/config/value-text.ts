import { parse } from 'yaml';
import { type ValueKind, isNullable, kindAt } from './json-schema.ts';
import type { Key } from './key.ts';

/** How a text that is no YAML list becomes one: of its parts between commas, or of itself alone. */
export type ListRule = 'commas' | 'whole';

/**
 * Reads a text as what the key wants, whatever the text looks like: `4.5` is a model's name for one key and a number for
 * another. A text that does not fit is returned as it is: the schema says what is wrong with it.
 */
export function valueOfText(key: Key, text: string, listRule: ListRule): unknown {
  if (isNullable(key) && (text === 'null' || text === '')) return null;
  return readers[kindAt(key) ?? 'text'](key, text, listRule);
}

const readers: Readonly<Record<ValueKind, (key: Key, text: string, listRule: ListRule) => unknown>> = {
  text: (_, text) => text,
  number: (_, text) => (/^-?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text),
  boolean: (_, text) => (text.trim() === 'true' ? true : text.trim() === 'false' ? false : text),
  list: (key, text, listRule) => entriesOf(text, listRule).map((entry) => entryOf(key, entry)),
  section: (_, text) => yamlOf(text, '{') ?? text,
};

function entriesOf(text: string, listRule: ListRule): readonly unknown[] {
  const list = yamlOf(text, '[', '- ');
  if (Array.isArray(list)) return list;
  if (listRule === 'whole') return [text];
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A list of repositories may be written as their names. */
function entryOf(key: Key, entry: unknown): unknown {
  return typeof entry === 'string' && kindAt([...key, 0]) === 'section' ? { name: entry } : entry;
}

function yamlOf(text: string, ...starts: readonly string[]): unknown {
  if (!starts.some((start) => text.trimStart().startsWith(start))) return undefined;
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    // Not YAML after all.
    return undefined;
  }
}
