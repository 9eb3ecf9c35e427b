import type { Config } from '../config/schema.ts';
import { createGitHub } from '../github/client.ts';
import { webUrlOf as webUrlOfApi } from '../github/clone-url.ts';
import type { GitHub } from '../github/github.ts';
import { type FoundToken, resolveToken, tokenSource } from '../github/token.ts';

const TIMEOUT_MS = 30_000;

/** What of the configuration says where GitHub is. */
export type GitHubSettings = Pick<Config, 'github'>;

/** GitHub as the configuration names it. Sends nothing before it is asked. */
export function githubOf(config: GitHubSettings, env: NodeJS.ProcessEnv): GitHub {
  return createGitHub({
    baseUrl: config.github.api_url,
    token: tokenSource(tokenOptions(config, env)),
    timeoutMs: TIMEOUT_MS,
  });
}

/**
 * Where the GitHub token comes from.
 *
 * @throws GhwError `GitHubUnauthorized`
 */
export function findToken(config: GitHubSettings, env: NodeJS.ProcessEnv): Promise<FoundToken> {
  return resolveToken(tokenOptions(config, env));
}

/** Where repositories are shown and cloned from. */
export function webUrlOf({ github }: GitHubSettings): string {
  return github.web_url ?? webUrlOfApi(github.api_url);
}

function tokenOptions(config: GitHubSettings, env: NodeJS.ProcessEnv): Parameters<typeof resolveToken>[0] {
  return { env, tokenFile: config.github.token_file, host: new URL(webUrlOf(config)).host };
}
