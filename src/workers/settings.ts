import { stat } from 'node:fs/promises';
import type { ConfigOptions } from '../config/location.ts';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';

/** The worker's configuration as it is now. */
export type Settings = () => Promise<Config>;

/** Longest time for which a configuration that looks unchanged is believed to be, in milliseconds. */
const MAX_AGE_MS = 60_000;

/** Reads the configuration again whenever its file has changed, and at least once a minute (the environment counts too). */
export function watchSettings(options: ConfigOptions, first: LoadedConfig): Settings {
  let loaded = first;
  let readAt = Date.now();
  let stamp: string | undefined;
  return async () => {
    const now = await stampOf(loaded.path);
    stamp ??= now;
    if (now === stamp && Date.now() - readAt < MAX_AGE_MS) return loaded.config;
    loaded = await loadConfig(options);
    stamp = now;
    readAt = Date.now();
    return loaded.config;
  };
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found ? `${found.mtimeMs}:${found.size}:${found.ino}` : 'missing';
}
