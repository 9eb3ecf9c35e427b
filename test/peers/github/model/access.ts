import type { Permission, RepositoryRecord, TokenPermissions, TokenRecord } from './records.ts';
import type { Store } from './store.ts';

const order: readonly Permission[] = ['READ', 'TRIAGE', 'WRITE', 'MAINTAIN', 'ADMIN'];

/** Everything a classic token with `repo` and `workflow` may do. */
export const allTokenPermissions: TokenPermissions = {
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  statuses: 'write',
  actions: 'write',
  workflows: 'write',
};

export function atLeast(permission: Permission | null, wanted: Permission): boolean {
  return permission !== null && order.indexOf(permission) >= order.indexOf(wanted);
}

/** What a login may do in a repository, whatever its token: null for nothing at all. */
export function permissionOf(store: Store, repository: RepositoryRecord, login: string | null): Permission | null {
  if (login !== null) {
    const key = login.toLowerCase();
    if (store.accountById(repository.ownerId).login.toLowerCase() === key) return 'ADMIN';
    const granted = repository.permissions[key];
    if (granted !== undefined) return granted;
  }
  return repository.isPrivate ? null : 'READ';
}

/** True if the token, or nobody where it is null, may see the repository. */
export function canSee(store: Store, repository: RepositoryRecord, token: TokenRecord | null): boolean {
  if (!repository.isPrivate) return true;
  return token !== null && reaches(store, repository, token) && permissionOf(store, repository, token.login) !== null;
}

export function reaches(store: Store, repository: RepositoryRecord, token: TokenRecord): boolean {
  return token.repositories?.includes(store.nameWithOwner(repository).toLowerCase()) ?? true;
}

/** True if the token carries the right in that repository. What its login may do is a separate question. */
export function tokenAllows(
  store: Store,
  repository: RepositoryRecord,
  token: TokenRecord,
  [area, level]: readonly [keyof TokenPermissions, 'read' | 'write'],
): boolean {
  if (!reaches(store, repository, token)) return !repository.isPrivate && level === 'read';
  const granted = token.permissions[area];
  return granted === 'write' || (granted === 'read' && level === 'read') || (level === 'read' && !repository.isPrivate);
}
