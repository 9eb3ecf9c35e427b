import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { lock } from 'proper-lockfile';
import {
  type Alias,
  type Document,
  type Node,
  type Pair,
  Scalar,
  type ToStringOptions,
  isMap,
  isScalar,
  visit,
} from 'yaml';
import { GhwError } from '../domain/errors.ts';
import { checkDocument } from './check.ts';
import { type ConfigDocument, parseText, readDocument } from './document.ts';
import { changeable, codeOf, unwritable, writeConfigFile } from './file.ts';
import { keepLines } from './keep-lines.ts';
import { type ConfigOptions, locateConfig } from './location.ts';
import type { ConfigProblem } from './problem.ts';

/** What a change did, and what is still wrong elsewhere in the file. */
export interface Edited {
  readonly path: string;
  readonly remaining: readonly ConfigProblem[];
  /** Where the file was copied before it was changed; only if it could not be read whole. */
  readonly backup: string | undefined;
}

/** A lock that was not renewed for so long belongs to a process that died, in milliseconds. */
const STALE_MS = 5_000;

/**
 * Reads the file and changes it while no other command does.
 *
 * @param work - gets the file, and what a change begins from: the same, or what can be read of it where it is broken
 * @throws GhwError `InvalidConfiguration` if the file cannot be changed; `DiskFull`
 */
export async function exclusively<T>(
  options: ConfigOptions,
  work: (document: ConfigDocument, base: ConfigDocument) => Promise<T>,
): Promise<T> {
  const { path, command } = locateConfig(options);
  await changeable(path);
  const release = await lock(path, {
    realpath: false,
    stale: STALE_MS,
    retries: { retries: 100, factor: 1, minTimeout: 100 },
  }).catch((error: unknown) => {
    if (codeOf(error) !== 'ELOCKED') throw unwritable(path, error);
    throw new GhwError('InvalidConfiguration', `${path} is being changed by another command.`, {
      hint: 'Try again when that has ended. Nothing was changed.',
      cause: error,
    });
  });
  try {
    const document = await readDocument(path, command);
    return await work(document, isWhole(document) ? document : parseText(path, salvaged(document), command));
  } finally {
    await release();
  }
}

/** Changes the structure of a file. */
export type Change = (yaml: Document) => void;

/** The document after a change. Lines that it does not touch stay as they are. */
export function changed(base: ConfigDocument, change: Change): ConfigDocument {
  const { path, command, text } = base;
  const yaml = base.yaml.clone();
  // `{}` would have everything that follows between its braces.
  if (!isMap(yaml.contents) || yaml.contents.items.length === 0) {
    const { comment = null, commentBefore = null } = yaml.contents ?? {};
    yaml.contents = Object.assign(yaml.createNode({}), { comment, commentBefore });
  }
  const layout = layoutOf(text);
  const before = base.yaml.toString(layout);
  change(yaml);
  keepNamed(yaml, base.yaml);
  const after = isMap(yaml.contents) && yaml.contents.items.length > 0 ? yaml.toString(layout) : commentsOf(yaml);
  const own = text.replaceAll('\r\n', '\n');
  const result =
    (['above', 'below'] as const)
      .map((neighbour) => keepLines(own, before, after, neighbour))
      .find((kept) => meansTheSame(kept, after)) ?? after;
  return parseText(path, text.includes('\r\n') ? result.replaceAll('\n', '\r\n') : result, command);
}

/** Writes a changed document; a file that could not be read whole is copied first. */
export async function save(before: ConfigDocument, after: ConfigDocument, options: ConfigOptions): Promise<Edited> {
  const { path } = before;
  const backup = isWhole(before) || !before.exists ? undefined : `${path}.bak`;
  if (backup !== undefined) await writeConfigFile(backup, await readFile(path));
  await writeConfigFile(path, after.text);
  return { path, remaining: checkDocument(after, options.env ?? process.env).problems, backup };
}

/** True if nothing of the file is lost when its structure is written again. */
function isWhole({ yaml, isText }: ConfigDocument): boolean {
  const { contents } = yaml;
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  return isText && yaml.errors.length === 0 && (isEmpty || isMap(contents)) && lostAliases(yaml).size === 0;
}

/** What can be read of a broken file, as text that is whole. */
function salvaged({ text, yaml, path }: ConfigDocument): string {
  if (text.includes('\0') || !isMap(yaml.contents)) return '';
  const withoutTabs = parseText(
    path,
    text.replace(/^[ \t]+/gm, (indentation) => indentation.replaceAll('\t', '  ')),
  ).yaml;
  const rest = (withoutTabs.errors.length === 0 ? withoutTabs : yaml).clone();
  rest.errors = [];
  withoutTwins(rest);
  const lost = lostAliases(rest);
  visit(rest, { Alias: (_, alias) => (lost.has(alias) ? new Scalar(null) : undefined) });
  const result = rest.toString(layoutOf(text));
  return parseText(path, result).yaml.errors.length === 0 ? result : '';
}

/** What is left of a file without keys. */
function commentsOf(yaml: Document): string {
  const comments = [yaml.commentBefore, yaml.contents?.commentBefore, yaml.contents?.comment, yaml.comment];
  const lines = comments.flatMap((comment) => comment?.split('\n') ?? []);
  return lines.map((line) => (line === '' ? '\n' : `#${line}\n`)).join('');
}

/** Of keys that are there twice, the later one counts; sections that are there twice become one. */
function withoutTwins(yaml: Document): void {
  visit(yaml, {
    Map(_, map) {
      const first = new Map<string, Pair>();
      map.items = map.items.filter((item) => {
        const name = String(isScalar(item.key) ? item.key.value : item.key);
        const twin = first.get(name);
        if (twin === undefined) first.set(name, item);
        else if (isMap(twin.value) && isMap(item.value)) twin.value.items.push(...item.value.items);
        else twin.value = item.value;
        return twin === undefined;
      });
    },
  });
}

/** What is gone and named elsewhere (`&name`, `*name`) goes to the first place that names it. */
function keepNamed(yaml: Document, before: Document): void {
  visit(yaml, {
    Alias(_, alias) {
      if (alias.resolve(yaml) !== undefined) return undefined;
      let source: Node | undefined;
      visit(before, {
        Value(__, node) {
          if (node.anchor === alias.source) source = node;
        },
      });
      return source?.clone() as Node | undefined;
    },
  });
}

/** Aliases of what is not there. */
function lostAliases(yaml: Document): ReadonlySet<Alias> {
  const lost = new Set<Alias>();
  visit(yaml, {
    Alias(_, alias) {
      if (alias.resolve(yaml) === undefined) lost.add(alias);
    },
  });
  return lost;
}

function meansTheSame(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    const [first, second] = [one, other].map((text) => parseText('', text).yaml);
    return first?.errors.length === 0 && isDeepStrictEqual(first.toJS(), second?.toJS());
  } catch {
    return false;
  }
}

/** How a file is laid out, so that new lines look like those around them. */
function layoutOf(text: string): ToStringOptions {
  const [, indentation = '  '] = /^( {1,8})[^\s#-]/m.exec(text) ?? [];
  return {
    lineWidth: 0,
    indent: indentation.length,
    indentSeq: !/^( *)[^\s#-][^\n]*:[ \t]*\n\1- /m.test(text),
    flowCollectionPadding: !/[:-] [{[][^\s}\]]/.test(text),
  };
}
