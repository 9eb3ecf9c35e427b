import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where large things that can be fetched again live, outside any checkout: the Temporal server, bubblewrap, agent CLIs.
 * `GHW_CACHE_DIR` where set, else `gh-worker` under `XDG_CACHE_HOME` (an absolute path, or it does not count), else
 * under `~/.cache`. The directory may not exist yet.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.GHW_CACHE_DIR) return resolve(env.GHW_CACHE_DIR);
  const xdg = env.XDG_CACHE_HOME;
  return join(xdg?.startsWith('/') ? xdg : join(homedir(), '.cache'), 'gh-worker');
}
