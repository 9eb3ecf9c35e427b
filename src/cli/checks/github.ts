import type { Config, RepositoryConfig } from '../../config/schema.ts';
import { mayWrite } from '../../domain/issue.ts';
import type { GitHub } from '../../github/github.ts';
import { findToken, githubOf } from '../github.ts';
import { asGhwError } from '../output.ts';
import type { Check } from './check.ts';

/** Where the token comes from, and whose it is. */
export async function checkGitHub(config: Config, env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const { origin } = await findToken(config, env);
  const { login } = await githubOf(config, env).viewer();
  return [{ name: 'GitHub', status: 'ok', message: `${login} at ${config.github.api_url}, token from ${origin}` }];
}

/** What the token may do in each repository. */
export async function checkRepositories(config: Config, env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  if (config.repositories.length === 0) {
    return [
      {
        name: 'repositories',
        status: 'warn',
        message: 'none is configured yet',
        mend: 'ghw repositories add owner/repo',
      },
    ];
  }
  const github = githubOf(config, env);
  return Promise.all(config.repositories.map((repository) => checkRepository(github, repository)));
}

async function checkRepository(github: GitHub, configured: RepositoryConfig): Promise<Check> {
  const name = `repository ${configured.name}`;
  try {
    const found = await github.repository(configured.renamed_to ?? configured.name);
    const { nameWithOwner, viewerPermission, isArchived, defaultBranch } = found;
    if (isArchived) {
      return { name, status: 'fail', message: 'is archived', mend: `ghw repositories remove ${configured.name}` };
    }
    if (!mayWrite(viewerPermission)) {
      const mend = 'Give the token contents, issues and pull requests: read and write.';
      return { name, status: 'fail', message: `the token may only ${viewerPermission}; work needs write`, mend };
    }
    if (defaultBranch === null) {
      return { name, status: 'fail', message: 'has no commits to build on', mend: 'Push a first commit.' };
    }
    if (configured.id !== undefined && configured.id !== found.id) {
      const mend = `ghw repositories remove ${configured.name} && ghw repositories add ${nameWithOwner}`;
      return { name, status: 'fail', message: 'is another repository than the one that was added', mend };
    }
    if (configured.id === undefined) {
      const mend = `ghw repositories add ${nameWithOwner}`;
      return {
        name,
        status: 'warn',
        message: `${viewerPermission}; its id is not stored, so a rename would lose it`,
        mend,
      };
    }
    return { name, status: 'ok', message: `${viewerPermission}, default branch ${defaultBranch.name}` };
  } catch (error) {
    const { message, hint } = asGhwError(error);
    return { name, status: 'fail', message, ...(hint ? { mend: hint } : {}) };
  }
}
