import { join, resolve } from 'node:path';
import { xdg } from './location.ts';
import type { Environment } from './location.ts';

/**
 * Where large things that can be fetched again live, outside any checkout: the Temporal server, bubblewrap, agent CLIs.
 * `GHW_CACHE_DIR` where set, else `gh-worker` in the XDG cache directory. The directory may not exist yet.
 */
export function cacheDirectory(env: Environment = process.env): string {
  if (env.GHW_CACHE_DIR) return resolve(env.GHW_CACHE_DIR);
  return join(xdg(env, 'XDG_CACHE_HOME', '.cache'), 'gh-worker');
}
