import { isMap, isSeq } from 'yaml';
import { canonicalRepositoryName } from '../domain/repository-name.ts';
import { type Edited, changed, exclusively, save } from './change.ts';
import { type ConfigDocument, valueNode } from './document.ts';
import type { ConfigOptions } from './location.ts';
import { nameOfEntry } from './repository-entry.ts';

export interface RepositoryEntry {
  /** As GitHub writes it. */
  readonly name: string;
  /** GitHub's node id, where it was asked. */
  readonly id?: string | undefined;
}

/**
 * Adds a repository, or brings up to date the one that is there under the same id or name. One that GitHub renamed keeps
 * the name it was added under, because its workflows were named after it.
 *
 * @throws GhwError `InvalidConfiguration` if the file cannot be changed; `DiskFull`
 */
export async function addRepository(
  repository: RepositoryEntry,
  options: ConfigOptions = {},
): Promise<Edited & { readonly added: boolean; readonly name: string }> {
  return exclusively(options, async (document, base) => {
    const index = repositoryIndex(base, repository.name, repository.id);
    const name = (index === undefined ? undefined : nameAt(base, index)) ?? repository.name;
    const isRenamed = canonicalRepositoryName(name) !== canonicalRepositoryName(repository.name);
    const entry = {
      name: isRenamed ? name : repository.name,
      ...(repository.id === undefined ? {} : { id: repository.id }),
      ...(isRenamed ? { renamed_to: repository.name } : {}),
    };
    const after = changed(base, (yaml) => {
      if (index !== undefined) {
        for (const [key, value] of Object.entries(entry)) yaml.setIn(['repositories', index, key], value);
      } else if (isFilled(yaml.get('repositories'))) yaml.addIn(['repositories'], yaml.createNode(entry));
      else yaml.set('repositories', yaml.createNode([entry]));
    });
    return { ...(await save(document, after, options)), added: index === undefined, name: entry.name };
  });
}

/**
 * Takes a repository out of the configuration, and nothing else; `removed` is false if it was not there.
 *
 * @throws GhwError `InvalidConfiguration` if the file cannot be changed; `DiskFull`
 */
export async function removeRepository(
  name: string,
  options: ConfigOptions = {},
): Promise<Edited & { readonly removed: boolean }> {
  return exclusively(options, async (document, base) => {
    const index = repositoryIndex(base, name, undefined);
    if (index === undefined) return { path: document.path, remaining: [], backup: undefined, removed: false };
    const after = changed(base, (yaml) => {
      yaml.deleteIn(['repositories', index]);
      if (!isFilled(yaml.get('repositories'))) yaml.delete('repositories');
    });
    return { ...(await save(document, after, options)), removed: true };
  });
}

/**
 * Says whether new work is begun in a repository; `name` is undefined if it is not in the configuration.
 *
 * @throws GhwError `InvalidConfiguration` if the file cannot be changed; `DiskFull`
 */
export async function activateRepository(
  wanted: string,
  active: boolean,
  options: ConfigOptions = {},
): Promise<Edited & { readonly name: string | undefined; readonly changed: boolean }> {
  return exclusively(options, async (document, base) => {
    const index = repositoryIndex(base, wanted, undefined);
    const unchanged = { path: document.path, remaining: [], backup: undefined, changed: false };
    if (index === undefined) return { ...unchanged, name: undefined };
    const name = nameAt(base, index) ?? wanted;
    const before: unknown = base.yaml.getIn(['repositories', index, 'active']) ?? true;
    if (before === active) return { ...unchanged, name };
    const after = changed(base, (yaml) => {
      // Active is what a repository is anyway.
      if (active) yaml.deleteIn(['repositories', index, 'active']);
      else yaml.setIn(['repositories', index, 'active'], false);
    });
    return { ...(await save(document, after, options)), name, changed: true };
  });
}

/** The name of an entry as it stands in the file. */
function nameAt(document: ConfigDocument, index: number): string | undefined {
  return nameOfEntry(valueNode(document, ['repositories', index])?.toJS(document.yaml));
}

function isFilled(list: unknown): boolean {
  return isSeq(list) && list.items.length > 0;
}

/** The place of a repository in the file's list, by the name it was added under or has now, or by node id. */
export function repositoryIndex(document: ConfigDocument, name: string, id: string | undefined): number | undefined {
  const list = valueNode(document, ['repositories']);
  if (!isSeq(list)) return undefined;
  const wanted = canonicalRepositoryName(name);
  const index = list.items.findIndex((item) => {
    if (!isMap(item)) return false;
    const names = [nameOfEntry(item.toJS(document.yaml)), item.get('renamed_to')];
    const isNamed = names.some((own) => typeof own === 'string' && canonicalRepositoryName(own) === wanted);
    return isNamed || (id !== undefined && item.get('id') === id);
  });
  return index < 0 ? undefined : index;
}
