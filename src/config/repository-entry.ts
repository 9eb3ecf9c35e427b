import { isRepositoryName } from '../domain/repository-name.ts';

/** `https://host/owner/repo`, `git@host:owner/repo.git`: what stands last is the name. */
const address =
  /^(?:https?:\/\/(?<web>[^/@\s]+)\/|ssh:\/\/git@(?<ssh>[^/\s]+)\/|git@(?<git>[^/:\s]+):)(?<name>[^/\s]+\/[^/\s]+?)(?:\.git)?\/?$/;

/**
 * The name of an entry of `repositories` as it stands in the file: its `name`, else what its `url` says. Undefined where
 * neither says one.
 */
export function nameOfEntry(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  if ('name' in entry) return typeof entry.name === 'string' ? entry.name : undefined;
  if (!('url' in entry) || typeof entry.url !== 'string') return undefined;
  const name = address.exec(entry.url)?.groups?.name;
  return isRepositoryName(name) ? name : undefined;
}

/** The host, with its port, of an address of a repository. */
export function hostOfUrl(url: string): string {
  const { git, ssh, web } = address.exec(url)?.groups ?? {};
  return (web ?? ssh ?? git ?? '').toLowerCase();
}

/** The values of a file in which every repository has a name that has one or an address. */
export function withRepositoryNames(values: unknown): unknown {
  if (typeof values !== 'object' || values === null || !('repositories' in values)) return values;
  if (!Array.isArray(values.repositories)) return values;
  return { ...values, repositories: values.repositories.map(withName) };
}

function withName(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry) || 'name' in entry) return entry;
  const name = nameOfEntry(entry);
  return name === undefined ? entry : { name, ...entry };
}
