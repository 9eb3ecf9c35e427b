import { z } from 'zod';
import type { Permission } from '../domain/issue.ts';
import { permissions } from '../domain/issue.ts';
import { splitRepositoryName } from '../domain/repository-name.ts';
import { checkedRepositoryName } from './clone-url.ts';
import { GhwError } from '../domain/errors.ts';
import type { Transport } from './transport.ts';

/**
 * GitHub's answer: `permission` folds maintain into write and triage into read; `role_name` has the finer word, or the
 * name of an organization's own role.
 */
const collaboratorPermission = z.object({ permission: z.string(), role_name: z.string().optional() });

/** Letters, digits and hyphens; an underscore in managed accounts; a suffix for apps. */
const login = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?$/;

/**
 * What a person may do in a repository. `none` for a login that nobody can have, for an unknown one, and for a word that
 * is not one of GitHub's permissions: a right must be stated to count.
 */
export async function readPermission(transport: Transport, nameWithOwner: string, of: string): Promise<Permission> {
  const { owner, name } = splitRepositoryName(checkedRepositoryName(nameWithOwner));
  if (!login.test(of)) return 'none';
  try {
    const answer = await transport.rest(
      {
        route: 'GET /repos/{owner}/{repo}/collaborators/{login}/permission',
        values: { owner, repo: name, login: of },
        answer: collaboratorPermission,
        needs: 'Metadata: read',
      },
      `say what ${of} may do in ${nameWithOwner}`,
    );
    return asPermission(answer.role_name) ?? asPermission(answer.permission) ?? 'none';
  } catch (error) {
    if (error instanceof GhwError && error.name === 'GitHubNotFound') return 'none';
    throw error;
  }
}

function asPermission(word: string | undefined): Permission | undefined {
  return permissions.find((permission) => permission === word);
}
