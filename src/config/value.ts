import { GhwError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import type { Key } from './key.ts';
import type { LoadedConfig, Origin } from './load.ts';
import { findRepository, repositorySettings } from './policy.ts';
import type { Config } from './schema.ts';

/**
 * The value that counts for a key, and where it comes from. For a repository's key, what it sets itself comes first, then
 * what is set for all.
 *
 * @throws GhwError `RepositoryNotConfigured`
 */
export function effectiveValue(loaded: LoadedConfig, key: Key): { readonly value: unknown; readonly origin: Origin } {
  const { config } = loaded;
  const [section, name, ...rest] = key;
  if (section !== 'repositories' || name === undefined)
    return { value: valueAt(config, key), origin: loaded.originOf(key) };
  const own = typeof name === 'number' ? config.repositories[name] : findRepository(config, name);
  if (own === undefined) {
    throw new GhwError('RepositoryNotConfigured', `${String(name)} is not among the configured repositories.`, {
      hint: typeof name === 'number' ? 'ghw repositories list' : `ghw repositories add ${name}`,
    });
  }
  const place: Key = ['repositories', config.repositories.indexOf(own), ...rest];
  const settings = { ...own, ...repositorySettings(config, own.name) };
  const general: Key = Object.hasOwn(config.pull_requests, rest[0] ?? '') ? ['pull_requests', ...rest] : rest;
  const isOwn = valueAt(own, rest) !== undefined || valueAt(config, general) === undefined;
  return { value: valueAt(settings, rest), origin: loaded.originOf(isOwn ? place : general) };
}

/** The keys that repositories set for themselves. */
export function ownKeys(config: Config): readonly Key[] {
  return config.repositories.flatMap(({ name, ...own }) => leaves(own, ['repositories', name]));
}

/** A value as it may be shown. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return redact(value).replace(/([?&]password=)[^&]+/gi, '$1[redacted]');
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, below]) => [name, withoutSecrets(below)]));
}

/** What lies in a value at `key`; undefined if nothing does. */
export function valueAt(value: unknown, key: Key): unknown {
  return key.reduce<unknown>(
    (below, part) =>
      typeof below === 'object' && below !== null ? (below as Record<string | number, unknown>)[part] : undefined,
    value,
  );
}

function leaves(value: unknown, key: Key): readonly Key[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value === undefined ? [] : [key];
  return Object.entries(value).flatMap(([name, below]) => leaves(below, [...key, name]));
}
