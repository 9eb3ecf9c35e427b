import { lock } from 'proper-lockfile';
import { isMap, isScalar, isSeq, parse } from 'yaml';
import { GhwError } from '../domain/errors.ts';
import { canonicalRepositoryName } from '../domain/repository-name.ts';
import { type ConfigDocument, makeFolder, parseText, readDocument, valueNode, writeDocument } from './document.ts';
import { type Key, formatKey } from './key.ts';
import { checkDocument } from './load.ts';
import { type ConfigOptions, locateConfig } from './location.ts';
import type { ConfigProblem } from './problem.ts';

/** What a change did, and what is still wrong elsewhere in the file. */
export interface Edited {
  readonly path: string;
  readonly remaining: readonly ConfigProblem[];
  /** Where the file was copied before it was changed; only if its YAML was broken. */
  readonly backup: string | undefined;
}

/**
 * Sets one key, whatever else is wrong in the file. A text becomes what the key wants: text, a number, true, a list;
 * several texts make a list.
 *
 * @throws GhwError `InvalidConfiguration` if the value does not fit the key; the file is then unchanged.
 * `RepositoryNotConfigured` for a key of a repository that is not there
 */
export async function setValue(key: Key, texts: readonly string[], options: ConfigOptions = {}): Promise<Edited> {
  return exclusively(options, (document) => setInDocument(document, key, texts, options));
}

async function setInDocument(
  document: ConfigDocument,
  key: Key,
  texts: readonly string[],
  options: ConfigOptions,
): Promise<Edited> {
  const place = withPositions(document, key);
  let refused: ConfigProblem | undefined;
  for (const candidate of candidates(texts)) {
    const changed = changedDocument(document, (yaml) => {
      setNode(yaml, place, candidate);
    });
    const { problems } = checkDocument(changed, options.env ?? process.env);
    const ours = problems.find((problem) => concerns(problem.key, place));
    if (ours === undefined) return save(document, changed, problems);
    refused ??= ours;
  }
  throw new GhwError('InvalidConfiguration', `${formatKey(key)} ${refused?.what ?? 'cannot be set.'}`, {
    hint: 'Nothing was changed.',
  });
}

export interface RepositoryEntry {
  /** As GitHub writes it. */
  readonly name: string;
  /** GitHub's node id, where it was asked. */
  readonly id?: string | undefined;
}

/**
 * Adds a repository, or brings up to date the one that is there under the same id or name. One that GitHub renamed keeps
 * the name it was added under, because its workflows were named after it.
 */
export async function addRepository(
  repository: RepositoryEntry,
  options: ConfigOptions = {},
): Promise<Edited & { readonly added: boolean; readonly name: string }> {
  return exclusively(options, (document) => addToDocument(document, repository, options));
}

async function addToDocument(
  document: ConfigDocument,
  repository: RepositoryEntry,
  options: ConfigOptions,
): Promise<Edited & { readonly added: boolean; readonly name: string }> {
  const index = repositoryIndex(document, repository.name, repository.id);
  const before = index === undefined ? undefined : document.yaml.getIn(['repositories', index, 'name']);
  const name = typeof before === 'string' ? before : repository.name;
  const isRenamed = canonicalRepositoryName(name) !== canonicalRepositoryName(repository.name);
  const entry = {
    name: isRenamed ? name : repository.name,
    ...(repository.id === undefined ? {} : { id: repository.id }),
    ...(isRenamed ? { renamed_to: repository.name } : {}),
  };
  const changed = changedDocument(document, (yaml) => {
    if (index !== undefined) {
      for (const [key, value] of Object.entries(entry)) yaml.setIn(['repositories', index, key], value);
    } else if (isSeq(yaml.get('repositories'))) yaml.addIn(['repositories'], yaml.createNode(entry));
    else yaml.set('repositories', yaml.createNode([entry]));
  });
  return { ...(await saveChecked(document, changed, options)), added: index === undefined, name: entry.name };
}

/** Takes a repository out of the configuration, and nothing else; `removed` is false if it was not there. */
export async function removeRepository(
  name: string,
  options: ConfigOptions = {},
): Promise<Edited & { readonly removed: boolean }> {
  return exclusively(options, async (document) => {
    const index = repositoryIndex(document, name, undefined);
    if (index === undefined) return { path: document.path, remaining: [], backup: undefined, removed: false };
    const changed = changedDocument(document, (yaml) => {
      yaml.deleteIn(['repositories', index]);
    });
    return { ...(await saveChecked(document, changed, options)), removed: true };
  });
}

/** Reads the file and changes it while no other command does. */
async function exclusively<T>(options: ConfigOptions, work: (document: ConfigDocument) => Promise<T>): Promise<T> {
  const { path } = locateConfig(options);
  await makeFolder(path);
  const release = await lock(path, {
    realpath: false,
    stale: 5_000,
    retries: { retries: 50, factor: 1, minTimeout: 100 },
  });
  try {
    return await work(await readDocument(path));
  } finally {
    await release();
  }
}

/** The document after a change. What broken YAML still yields is kept; a root that holds no keys is replaced. */
function changedDocument(document: ConfigDocument, edit: (yaml: ConfigDocument['yaml']) => void): ConfigDocument {
  const yaml = document.yaml.clone();
  yaml.errors = [];
  if (!isMap(yaml.contents)) yaml.contents = yaml.createNode({});
  edit(yaml);
  return parseText(document.path, yaml.toString({ lineWidth: 0 }));
}

/** Sets a value; the comment beside it stays, and what stands where a section belongs gives way. */
function setNode(yaml: ConfigDocument['yaml'], place: Key, value: unknown): void {
  for (let depth = 1; depth < place.length; depth++) {
    const above: unknown = yaml.getIn(place.slice(0, depth), true);
    const fits = typeof place[depth] === 'number' ? isSeq(above) : isMap(above);
    if (above !== undefined && !fits) yaml.deleteIn(place.slice(0, depth));
  }
  const before: unknown = yaml.getIn(place, true);
  const node = yaml.createNode(value);
  if (isScalar(before) && before.comment) node.comment = before.comment;
  yaml.setIn(place, node);
}

async function saveChecked(document: ConfigDocument, changed: ConfigDocument, options: ConfigOptions): Promise<Edited> {
  return save(document, changed, checkDocument(changed, options.env ?? process.env).problems);
}

async function save(
  document: ConfigDocument,
  changed: ConfigDocument,
  remaining: readonly ConfigProblem[],
): Promise<Edited> {
  const isBroken = document.yaml.errors.length > 0;
  const backup = isBroken ? `${document.path}.bak` : undefined;
  if (backup !== undefined) await writeDocument(backup, document.text);
  await writeDocument(document.path, changed.text);
  return { path: document.path, remaining, backup };
}

/** What a text on the command line may mean, most literal first; the schema decides. */
function* candidates(texts: readonly string[]): Generator {
  const [text = ''] = texts;
  if (texts.length > 1) {
    yield texts;
    return;
  }
  if (text === 'null') yield null;
  yield text;
  if (/^(?:[-+\d.[{]|true$|false$)/.test(text)) {
    try {
      yield parse(text);
    } catch {
      // Not YAML after all; the other readings remain.
    }
  }
  yield [text];
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

function repositoryIndex(document: ConfigDocument, name: string, id: string | undefined): number | undefined {
  const list = valueNode(document, ['repositories']);
  if (!isSeq(list)) return undefined;
  const wanted = canonicalRepositoryName(name);
  const index = list.items.findIndex((item) => {
    if (!isMap(item)) return false;
    const names = [item.get('name'), item.get('renamed_to')];
    const isNamed = names.some((own) => typeof own === 'string' && canonicalRepositoryName(own) === wanted);
    return isNamed || (id !== undefined && item.get('id') === id);
  });
  return index < 0 ? undefined : index;
}

/** True if a problem is about the key, something in it, or a section that holds it. */
function concerns(problem: Key, key: Key): boolean {
  return problem.every((part, index) => index >= key.length || part === key[index]);
}
