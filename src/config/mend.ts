import { isNode, isSeq } from 'yaml';
import type { z } from 'zod';
import { redact } from '../domain/redact.ts';
import { canonicalRepositoryName, isRepositoryName } from '../domain/repository-name.ts';
import { shellWord } from '../domain/shell-word.ts';
import { type ConfigDocument, valueNode } from './document.ts';
import { issuesOf } from './fit.ts';
import { kindAt, schemaAt } from './json-schema.ts';
import { type Key, formatKey } from './key.ts';
import { nearest, splitKey } from './parse-key.ts';
import { nameOfEntry } from './repository-entry.ts';
import { valueOfText } from './value-text.ts';

/** The command that mends a value: sets what was probably meant, else the default, else takes it out. */
export function mendValue(document: ConfigDocument, key: Key, issue: z.core.$ZodIssue): string {
  const isEntry = key.length === 2 && key[0] === 'repositories';
  if (isEntry || (key[0] === 'repositories' && (key[2] === 'name' || key[2] === 'url'))) {
    const entry = key.slice(0, 2);
    return `${unset(document, valueNode(document, entry) ? entry : key.slice(0, 1))} (or correct it: ${document.command} config edit)`;
  }
  if (issue.code === 'too_big' && issue.origin !== 'number' && issue.origin !== 'int') {
    return `${document.command} config edit`;
  }
  // An entry that cannot be taken out alone gives way to the default of the list.
  const isBound = isOnlyEntry(document, key) || (typeof key.at(-1) === 'number' && !valueNode(document, key));
  const place = isBound ? key.slice(0, -1) : key;
  const fallback = schemaAt(place)?.default;
  const setIt =
    kindAt(key) === 'section' ? undefined : (set(document, key, meant(key, issue)) ?? set(document, place, fallback));
  return setIt ?? unset(document, place);
}

/** The command that takes out a key that there is not, and sets the one that was meant. */
export function mendUnknownKey(document: ConfigDocument, key: Key, meantName: string | undefined): string {
  const value: unknown = document.yaml.getIn(key);
  const takeOut = unset(document, key);
  if (meantName === undefined || value === undefined) return takeOut;
  const setIt = set(document, [...key.slice(0, -1), meantName], value);
  return setIt === undefined ? takeOut : `${takeOut} && ${setIt}`;
}

/** The command that takes a key out of the file. */
export function unset(document: ConfigDocument, key: Key): string {
  const word = keyWord(document, key);
  // What cannot be written as a key on a command line is left to the person's editor.
  const readBack = splitKey(formatKey(named(document, key)));
  const isWritable = readBack !== undefined && formatKey(readBack) === formatKey(named(document, key));
  return isWritable && !/\p{Cc}/u.test(word)
    ? `${document.command} config unset ${word}`
    : `${document.command} config edit`;
}

/** A key as a person pastes it into a shell. */
export function keyWord(document: ConfigDocument, key: Key): string {
  return shellWord(formatKey(named(document, key)));
}

/** Has the name of a repository in the place of its position, where that leads to the same. */
function named(document: ConfigDocument, key: Key): Key {
  const [section, index, ...rest] = key;
  if (section !== 'repositories' || typeof index !== 'number' || rest.length === 0) return key;
  const names = repositoryNames(document);
  const name = names[index];
  if (name === undefined || !isRepositoryName(name)) return key;
  const isUnique =
    names.filter((other) => canonicalRepositoryName(other) === canonicalRepositoryName(name)).length === 1;
  const byName: Key = [section, name, ...rest];
  return isUnique &&
    formatKey(splitKey(formatKey(byName)) ?? []) === formatKey(byName) &&
    schemaAt(byName) !== undefined
    ? byName
    : key;
}

function isOnlyEntry(document: ConfigDocument, key: Key): boolean {
  const list = key.slice(0, -1);
  const node = typeof key.at(-1) === 'number' ? valueNode(document, list) : undefined;
  return isSeq(node) && node.items.length === 1 && 'minItems' in (schemaAt(list) ?? {});
}

function repositoryNames(document: ConfigDocument): readonly string[] {
  const list = valueNode(document, ['repositories']);
  const entries: unknown = list?.toJS(document.yaml);
  if (!Array.isArray(entries)) return [];
  return entries.map((entry: unknown) => nameOfEntry(entry) ?? '');
}

/** What the person probably meant. */
function meant(key: Key, issue: z.core.$ZodIssue): unknown {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_value':
      return typeof input === 'string' ? nearest(input, issue.values.map(String)) : undefined;
    case 'too_small':
      return issue.origin === 'number' && issue.inclusive ? Number(issue.minimum) : undefined;
    case 'too_big':
      return Number(issue.maximum);
    case 'invalid_type':
      return typeof input === 'object' ? undefined : readable(key, input);
    default:
      return undefined;
  }
}

const words: Readonly<Record<string, boolean>> = { yes: true, on: true, no: false, off: false };

/** A value of another kind as what the key wants, where it can be read so: `"12"`, `yes`, the model `4.5`. */
function readable(key: Key, input: unknown): unknown {
  const text = String(input);
  const value =
    kindAt(key) === 'boolean'
      ? (words[text.toLowerCase()] ?? valueOfText(key, text.toLowerCase(), 'whole'))
      : valueOfText(key, text, 'whole');
  return value === input || (kindAt(key) !== 'text' && value === text) ? undefined : value;
}

/** The command that sets a key; undefined if there is no value, if it would be refused, or if a command line cannot hold the value. */
export function set(document: ConfigDocument, key: Key, value: unknown): string | undefined {
  if (value === undefined || value === null || isNode(value)) return undefined;
  const parts: readonly unknown[] = Array.isArray(value) && value.length > 0 ? value : [value];
  const texts = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
  const isPlain = texts.every((text) => !/\p{Cc}/u.test(text) && !text.startsWith('-') && redact(text) === text);
  const given = Array.isArray(value)
    ? texts.flatMap((text) => valueOfText(key, text, 'whole'))
    : valueOfText(key, texts[0] ?? '', 'whole');
  if (!isPlain || issuesOf(key, given).length > 0) return undefined;
  return `${document.command} config set ${keyWord(document, key)} ${texts.map(shellWord).join(' ')}`;
}
