import { type Document, type Node, isCollection, isMap, isScalar, isSeq } from 'yaml';
import { GhwError } from '../domain/errors.ts';
import { type Edited, changed, exclusively, save } from './change.ts';
import { checkDocument } from './check.ts';
import { type ConfigDocument, pairOf, parseText, readDocument, valueNode } from './document.ts';
import { kindAt } from './json-schema.ts';
import { type Key, formatKey, overlaps } from './key.ts';
import { type ConfigOptions, locateConfig } from './location.ts';
import type { ConfigProblem } from './problem.ts';
import { repositoryIndex } from './edit-repositories.ts';
import { valueOfText } from './value-text.ts';

/**
 * Sets one key, whatever else is wrong in the file. A text becomes what the key wants: text, a number, true, a list;
 * several texts make a list.
 *
 * @throws GhwError `InvalidConfiguration` if the value does not fit the key; the file is then unchanged.
 * `RepositoryNotConfigured` for a key of a repository that is not there
 */
export async function setValue(key: Key, texts: readonly string[], options: ConfigOptions = {}): Promise<Edited> {
  return exclusively(options, async (document, base) => {
    const place = withPositions(base, key);
    const value = readTexts(place, texts);
    const after = changed(base, (yaml) => {
      setNode(yaml, place, value);
    });
    refuse(newProblem(document, after, place, options), place);
    return save(document, after, options);
  });
}

/**
 * Takes one key out of the file, known or not: then its default counts. Comments above it stay.
 *
 * @returns also whether it was there
 * @throws GhwError `InvalidConfiguration` if the file needs the key; the file is then unchanged.
 * `RepositoryNotConfigured` for a key of a repository that is not there
 */
export async function unsetValue(key: Key, options: ConfigOptions = {}): Promise<Edited & { readonly was: boolean }> {
  return exclusively(options, async (document, base) => {
    const place = withPositions(base, key);
    if (valueNode(base, place) === undefined) {
      const { problems } = checkDocument(document, options.env ?? process.env);
      return { path: document.path, remaining: problems, backup: undefined, was: false };
    }
    const after = changed(base, (yaml) => {
      deleteNode(yaml, place);
    });
    refuse(problemOfGap(document, after, place, options), place);
    return { ...(await save(document, after, options)), was: true };
  });
}

/** A whole file as a person edits it. */
export interface Draft {
  readonly path: string;
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
}

/** The file as it is, with what is wrong in it; empty if there is none. */
export async function readDraft(options: ConfigOptions = {}): Promise<Draft> {
  const { path, command } = locateConfig(options);
  const document = await readDocument(path, command);
  return { path, text: document.text, problems: checkDocument(document, options.env ?? process.env).problems };
}

/** A text as the file would be read. */
export function checkDraft(text: string, options: ConfigOptions = {}): Draft {
  const { path, command } = locateConfig(options);
  const { problems } = checkDocument(parseText(path, text, command), options.env ?? process.env);
  return { path, text, problems };
}

/**
 * Puts a text in the place of the whole file.
 *
 * @param before - the text from which the person began
 * @returns undefined, and writes nothing, if the file is no longer that
 */
export async function replaceText(
  before: string,
  text: string,
  options: ConfigOptions = {},
): Promise<Edited | undefined> {
  return exclusively(options, async (document) => {
    if (document.text !== before) return undefined;
    return save(document, parseText(document.path, text, document.command), options);
  });
}

/** What a change has brought about at its place, or in the whole file. */
function newProblem(
  before: ConfigDocument,
  after: ConfigDocument,
  place: Key,
  { env = process.env }: ConfigOptions,
): ConfigProblem | undefined {
  const { problems } = checkDocument(after, env);
  const wasUnreadable = checkDocument(before, env).problems.some(({ key }) => key.length === 0);
  return problems.find(({ key }) => (key.length === 0 ? !wasUnreadable : overlaps(key, place)));
}

/** What a key that is gone has brought about: the file needs it. */
function problemOfGap(
  before: ConfigDocument,
  after: ConfigDocument,
  place: Key,
  { env = process.env }: ConfigOptions,
): ConfigProblem | undefined {
  const old = new Set(checkDocument(before, env).problems.map(({ key, what }) => JSON.stringify([key, what])));
  const [isEntry, above] = [typeof place.at(-1) === 'number', place.slice(0, -1)];
  return checkDocument(after, env).problems.find(
    ({ key, what }) =>
      // Behind an entry that is gone, the others move up.
      key.length <= (isEntry ? above : place).length && overlaps(key, place) && !old.has(JSON.stringify([key, what])),
  );
}

function refuse(problem: ConfigProblem | undefined, place: Key): void {
  if (problem === undefined) return;
  throw new GhwError(
    'InvalidConfiguration',
    `${formatKey(problem.key.length === 0 ? place : problem.key)} ${problem.what}`,
    { hint: ['Nothing was changed.', problem.instead ?? ''].join(' ').trim() },
  );
}

function readTexts(key: Key, texts: readonly string[]): unknown {
  const [text = ''] = texts;
  if (texts.length <= 1) return text.includes('${') && kindAt(key) !== 'list' ? text : valueOfText(key, text, 'whole');
  if (kindAt(key) !== 'list') {
    throw new GhwError('InvalidInput', `${formatKey(key)} takes one value, not ${String(texts.length)}.`, {
      hint: `Quote it: ghw config set ${formatKey(key)} '${texts.join(' ')}'`,
    });
  }
  return texts.flatMap((entry) => valueOfText(key, entry, 'whole'));
}

/** Sets a value; the comments at it stay, and what stands where a section belongs gives way. */
function setNode(yaml: Document, place: Key, value: unknown): void {
  for (let depth = 1; depth < place.length; depth++) {
    const part = place.slice(0, depth);
    const above: unknown = yaml.getIn(part, true);
    const fits = typeof place[depth] === 'number' ? isSeq(above) : isMap(above);
    if (above !== undefined && !fits)
      yaml.setIn(part, inPlaceOf(above, yaml.createNode(typeof place[depth] === 'number' ? [] : {})));
  }
  yaml.setIn(place, inPlaceOf(yaml.getIn(place, true), yaml.createNode(value)));
}

/** The new node with what a person wrote around the old one: comments, the kind of quotes, a name for aliases. */
function inPlaceOf(before: unknown, node: Node): Node {
  if (!isScalar(before) && !isCollection(before)) return node;
  const { comment, commentBefore, spaceBefore, anchor } = before;
  Object.assign(node, defined({ comment, commentBefore, spaceBefore, anchor }));
  if (isScalar(before) && isScalar(node) && typeof node.value === 'string' && before.type?.startsWith('QUOTE')) {
    Object.assign(node, { type: before.type });
  }
  if (isSeq(before) && isSeq(node)) {
    Object.assign(node, defined({ flow: before.flow }));
    node.items = node.items.map(
      (item) => before.items.find((old) => isScalar(old) && isScalar(item) && old.value === item.value) ?? item,
    );
  }
  return node;
}

/** Takes a key out; the comment above it stays where it was, and a section that is left empty goes too. */
function deleteNode(yaml: Document, place: Key): void {
  const above = place.slice(0, -1);
  const parent: unknown = above.length === 0 ? yaml.contents : yaml.getIn(above, true);
  const last = place.at(-1);
  if (isMap(parent) && last !== undefined) {
    const pair = pairOf(parent, last);
    const next = parent.items[parent.items.findIndex((item) => item === pair) + 1];
    const comment = isScalar(pair?.key) ? pair.key.commentBefore : undefined;
    if (comment) keepComment(parent, next?.key, comment);
    parent.items = parent.items.filter((item) => item !== pair);
  } else yaml.deleteIn(place);
  const isEmpty = (isMap(parent) || (isSeq(parent) && above[0] === 'repositories')) && parent.items.length === 0;
  const isSection = above.length > 0 && typeof above.at(-1) !== 'number';
  if (isSection && isEmpty && !parent.comment && !parent.commentBefore) deleteNode(yaml, above);
}

function keepComment(parent: Node, next: unknown, comment: string): void {
  const lines = (...texts: readonly (string | null | undefined)[]): string => texts.filter((text) => text).join('\n');
  if (isScalar(next)) next.commentBefore = lines(comment, next.commentBefore);
  else parent.comment = lines(parent.comment, comment);
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Puts positions for the names of repositories. */
function withPositions(document: ConfigDocument, key: Key): Key {
  const [section, name, ...rest] = key;
  if (section !== 'repositories' || typeof name !== 'string') return key;
  const index = repositoryIndex(document, name, undefined);
  if (index !== undefined) return [section, index, ...rest];
  throw new GhwError('RepositoryNotConfigured', `${name} is not among the configured repositories.`, {
    hint: `ghw repositories add ${name}`,
  });
}
