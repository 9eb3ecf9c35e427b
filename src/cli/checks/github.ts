import pLimit from 'p-limit';
import type { Config, RepositoryConfig } from '../../config/schema.ts';
import { mayWrite } from '../../domain/issue.ts';
import type { GitHub } from '../../github/github.ts';
import { findToken, githubOf } from '../github.ts';
import type { Check } from './check.ts';
import { broken } from './run-checks.ts';

/** Repositories that are asked for at a time. */
const PARALLEL = 8;
const CLOCK_TIMEOUT_MS = 10_000;
/** Times are compared to the second; what is older than this is old for other reasons. */
const LARGEST_SKEW_MS = 60_000;

/**
 * Where the token comes from, whose it is, and what it may do in each repository; whether our clocks agree. Without
 * GitHub the rest would only repeat what is wrong with it.
 *
 * @throws GhwError `GitHub…`
 */
export async function checkGitHub(config: Config, env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const { origin } = await findToken(config, env);
  const { login } = await githubOf(config, env).viewer();
  const message = `${login} at ${config.github.api_url}, token from ${origin}`;
  const [clock, repositories] = await Promise.all([checkClock(config), checkRepositories(config, env)]);
  return [{ name: 'GitHub', status: 'ok', message }, ...clock, ...repositories];
}

/** Whether this machine and GitHub agree on the time, as far as GitHub says. */
export async function checkClock(config: Config): Promise<readonly Check[]> {
  const startedAt = Date.now();
  const signal = AbortSignal.timeout(CLOCK_TIMEOUT_MS);
  const date = await fetch(config.github.api_url, { method: 'HEAD', signal }).then(
    ({ headers }) => Date.parse(headers.get('date') ?? ''),
    // An answer without a time is as good as none.
    () => NaN,
  );
  if (Number.isNaN(date)) return [];
  const skewMs = Math.abs((startedAt + Date.now()) / 2 - date);
  if (skewMs <= LARGEST_SKEW_MS) return [{ name: 'clock', status: 'ok', message: 'agrees with GitHub’s' }];
  const message = `differs from GitHub’s by ${String(Math.round(skewMs / 1000))} seconds`;
  return [{ name: 'clock', status: 'warn', message, mend: 'Have the system keep time: timedatectl set-ntp true' }];
}

async function checkRepositories(config: Config, env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
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
  const limit = pLimit(PARALLEL);
  return Promise.all(config.repositories.map((repository) => limit(checkRepository, github, repository)));
}

async function checkRepository(github: GitHub, configured: RepositoryConfig): Promise<Check> {
  const name = `repository ${configured.name}`;
  try {
    const found = await github.repository(configured.renamed_to ?? configured.name);
    const { nameWithOwner, viewerPermission, isArchived, hasIssues, defaultBranch } = found;
    if (isArchived) {
      return { name, status: 'fail', message: 'is archived', mend: `ghw repositories remove ${configured.name}` };
    }
    if (!hasIssues) {
      const mend = `Turn issues on in its settings: ${found.url}/settings`;
      return { name, status: 'fail', message: 'has issues turned off', mend };
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
    return broken(name, error);
  }
}
