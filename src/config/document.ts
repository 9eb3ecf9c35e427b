import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { type Document, LineCounter, type Node, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import { GhwError } from '../domain/errors.ts';
import type { Key } from './key.ts';

/** A configuration file as text with a structure: comments and order survive a change. */
export interface ConfigDocument {
  readonly path: string;
  readonly exists: boolean;
  readonly text: string;
  readonly yaml: Document;
  readonly lines: LineCounter;
}

/** Reads a file; one that is missing counts as empty. Broken YAML is kept in `yaml.errors`, not thrown. */
export async function readDocument(path: string): Promise<ConfigDocument> {
  const text = await readText(path);
  return { ...parseText(path, text ?? ''), exists: text !== undefined };
}

/** A text as the file at `path` would be read. */
export function parseText(path: string, text: string): ConfigDocument {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  return { path, exists: true, text, yaml, lines };
}

/** Writes a file atomically, readable by its owner alone; folders are made as needed. */
export async function writeDocument(path: string, text: string): Promise<void> {
  await makeFolder(path);
  try {
    await writeFileAtomic(path, text, { mode: 0o600 });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Makes the folder of a file, for its owner alone, where it is missing. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): GhwError {
  return new GhwError('InvalidConfiguration', `${path} cannot be written: ${reason(error)}.`, {
    hint: 'Make the folder writable, or name another file with --config.',
    cause: error,
  });
}

/** The line of a key, or of the nearest thing above it that the file has. From 1; undefined for an empty file. */
export function lineOf(document: ConfigDocument, key: Key): number | undefined {
  for (let depth = key.length; depth > 0; depth--) {
    const node = keyNode(document, key.slice(0, depth)) ?? valueNode(document, key.slice(0, depth));
    if (node?.range) return document.lines.linePos(node.range[0]).line;
  }
  return undefined;
}

/** The node of a key's value. */
export function valueNode(document: ConfigDocument, key: Key): Node | undefined {
  const node: unknown = key.length === 0 ? document.yaml.contents : document.yaml.getIn(key, true);
  return isNode(node) ? node : undefined;
}

function keyNode(document: ConfigDocument, key: Key): Node | undefined {
  const parent = valueNode(document, key.slice(0, -1));
  const last = key.at(-1);
  if (isSeq(parent)) return valueNode(document, key);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(last));
  return pair && isNode(pair.key) ? pair.key : undefined;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new GhwError('InvalidConfiguration', `${path} cannot be read: ${reason(error)}.`, {
      hint: 'Make the file readable, or name another one with --config.',
      cause: error,
    });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

function reason(error: unknown): string {
  return String(error).replace(/^Error: /, '');
}
