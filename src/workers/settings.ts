import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { leafKeys } from '../config/json-schema.ts';
import { formatKey } from '../config/key.ts';
import type { ConfigOptions } from '../config/location.ts';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { valueAt } from '../config/value.ts';
import { GhwError } from '../domain/errors.ts';

/** The worker's configuration as it is now. */
export type Settings = () => Promise<Config>;

/** Longest time for which a configuration that looks unchanged is believed to be, in milliseconds. */
const MAX_AGE_MS = 60_000;

/** What a worker is built with: a change counts when it starts again. */
export const startKeys: readonly string[] = [
  'data_path',
  'issues_path',
  'repository_path',
  'agents',
  'named_agents',
  'sandbox.kind',
  'sandbox.user',
  'sync.parallelism',
  'discovery.enabled',
  'discovery.frequency',
  'discovery.pause_below_points',
  'discovery.reserve_points',
  'github',
  'temporal',
  'database',
  'workers',
];

/**
 * Reads the configuration again whenever its file has changed, and at least once a minute. While it cannot be used, or
 * is gone, the last good one stays, and the log says once why.
 *
 * @param now - milliseconds since some moment
 */
export function watchSettings(
  options: ConfigOptions,
  first: LoadedConfig,
  logger: Logger,
  now: () => number = Date.now,
): Settings {
  let good = first;
  let readAt = -Infinity;
  let stamp: string | undefined;
  let complaint: string | undefined;
  let reading: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    // Before the file is read: a change in between is then seen the next time.
    stamp = await stampOf(good.path);
    readAt = now();
    try {
      const loaded = await loadConfig(options);
      if (good.exists && !(await hasContent(good.path))) {
        // Some editors empty a file before they write it.
        throw new GhwError('InvalidConfiguration', `${good.path} is gone or empty.`, { hint: 'Put it back.' });
      }
      if (complaint !== undefined) logger.info({ file: loaded.path }, 'configuration can be used again');
      complaint = undefined;
      tellChanges(logger, good.config, loaded.config);
      good = loaded;
    } catch (error) {
      if (!(error instanceof GhwError)) throw error;
      if (error.message === complaint) return;
      complaint = error.message;
      logger.warn(
        { reason: error.message, hint: error.hint },
        'configuration cannot be used; the last good one counts',
      );
    }
  };

  return async () => {
    const isOld = now() - readAt >= MAX_AGE_MS || (await stampOf(good.path)) !== stamp;
    if (isOld) {
      reading ??= read().finally(() => (reading = undefined));
      await reading;
    }
    return good.config;
  };
}

function tellChanges(logger: Logger, before: Config, after: Config): void {
  // What keys there are takes a moment to find out, and mostly nothing has changed.
  if (isDeepStrictEqual(before, after)) return;
  const changed = leafKeys()
    .filter((key) => !isDeepStrictEqual(valueAt(before, key), valueAt(after, key)))
    .map(formatKey);
  if (changed.length === 0) return;
  const afterRestart = changed.filter((key) => startKeys.some((start) => key === start || key.startsWith(`${start}.`)));
  logger.info({ changed, afterRestart }, 'configuration has changed');
}

async function hasContent(path: string): Promise<boolean> {
  return ((await stat(path).catch(() => undefined))?.size ?? 0) > 0;
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found ? `${found.mtimeMs}:${found.ctimeMs}:${found.size}:${found.ino}` : 'missing';
}
