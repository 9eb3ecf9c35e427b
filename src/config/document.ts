import {
  type Document,
  LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
} from 'yaml';
import { type FoundFile, readConfigFile } from './file.ts';
import type { Key } from './key.ts';

/** A configuration file as text with a structure: comments and order survive a change. */
export interface ConfigDocument extends FoundFile {
  readonly path: string;
  /** How a command begins that is about this file: `ghw`, with `--config` if that is how it was named. */
  readonly command: string;
  readonly yaml: Document;
  readonly lines: LineCounter;
}

/** A place in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Reads a file; one that is missing counts as empty. Broken YAML is kept in `yaml.errors`, not thrown.
 *
 * @throws GhwError `InvalidConfiguration` if there is something that cannot be read as a file
 */
export async function readDocument(path: string, command = 'ghw'): Promise<ConfigDocument> {
  const found = await readConfigFile(path);
  return { ...parseText(path, found.text, command), ...found };
}

/** A text as the file at `path` would be read. */
export function parseText(path: string, text: string, command = 'ghw'): ConfigDocument {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', logLevel: 'error' });
  return { path, command, text, yaml, lines, exists: true, isText: true, danglesTo: undefined };
}

/** Where a key's value stands, or the nearest thing above it that the file has; undefined for an empty file. */
export function positionOfValue(document: ConfigDocument, key: Key): Position | undefined {
  for (let depth = key.length; depth > 0; depth--) {
    const part = key.slice(0, depth);
    const value = valueNode(document, part);
    const node = isScalar(value) && value.value === null ? keyNode(document, part) : (value ?? keyNode(document, part));
    if (node?.range) return positionAt(document, node.range[0]);
  }
  return undefined;
}

/** Where a key's name stands; for a list's entry, the entry. */
export function positionOfKey(document: ConfigDocument, key: Key): Position | undefined {
  const node = keyNode(document, key);
  return node?.range ? positionAt(document, node.range[0]) : positionOfValue(document, key);
}

/** The place of a character, counted from 0. */
export function positionAt({ lines }: ConfigDocument, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** The node of a key's value; null has none where nothing is written. */
export function valueNode({ yaml }: ConfigDocument, key: Key): Node | undefined {
  let node: unknown = yaml.contents;
  for (const part of key) {
    node = isSeq(node) ? node.items[Number(part)] : isMap(node) ? pairOf(node, part)?.value : undefined;
    if (isAlias(node)) node = node.resolve(yaml);
  }
  return isNode(node) ? node : undefined;
}

/** The pair of a name: YAML may read the name as a number, or as null. */
export function pairOf(map: YAMLMap, name: Key[number]): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
}

function keyNode(document: ConfigDocument, key: Key): Node | undefined {
  const parent = valueNode(document, key.slice(0, -1));
  const last = key.at(-1);
  if (isSeq(parent)) return valueNode(document, key);
  if (!isMap(parent) || last === undefined) return undefined;
  const node = pairOf(parent, last)?.key;
  return isNode(node) ? node : undefined;
}
