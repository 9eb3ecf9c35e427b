import { isRepositoryName } from '../repository-name.ts';
import type { DiscoveryRequest } from './cycle.ts';

/** The request that an input holds; all that are due without one; undefined for anything else. */
export function parseDiscoveryRequest(input: unknown): DiscoveryRequest | undefined {
  if (input === undefined || input === null) return { repositories: null };
  if (typeof input !== 'object') return undefined;
  const { repositories = null } = input as { readonly repositories?: unknown };
  if (repositories === null) return { repositories };
  if (!Array.isArray(repositories)) return undefined;
  const names = repositories as readonly unknown[];
  return names.length > 0 && names.every(isRepositoryName) ? { repositories: names } : undefined;
}
