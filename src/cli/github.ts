import type { Config } from '../config/schema.ts';
import { createGitHub } from '../github/client.ts';
import { webUrlOf } from '../github/clone-url.ts';
import type { GitHub } from '../github/github.ts';
import { type FoundToken, resolveToken, tokenSource } from '../github/token.ts';

const TIMEOUT_MS = 30_000;

/** GitHub as the configuration names it. Sends nothing before it is asked. */
export function githubOf(config: Config, env: NodeJS.ProcessEnv): GitHub {
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
export function findToken(config: Config, env: NodeJS.ProcessEnv): Promise<FoundToken> {
  return resolveToken(tokenOptions(config, env));
}

function tokenOptions(config: Config, env: NodeJS.ProcessEnv): Parameters<typeof resolveToken>[0] {
  const webUrl = config.github.web_url ?? webUrlOf(config.github.api_url);
  return { env, tokenFile: config.github.token_file, host: new URL(webUrl).host };
}
