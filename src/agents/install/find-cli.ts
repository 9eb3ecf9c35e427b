import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { GhwError } from '../../domain/errors.ts';
import type { AgentCheck, AgentCheckOptions } from '../agent.ts';
import { versionWarning, type CliDistribution } from './distribution.ts';
import { examine, type Installation } from './examine.ts';
import { cachedPackage, installPackage, isPackageCached } from './npm-package.ts';

export interface LocateOptions {
  /** The program, from configuration; looked for nowhere else. */
  readonly path?: string | undefined;
  /** Where installed CLIs are kept; default the cache directory. */
  readonly cache?: string | undefined;
}

/** Finds one agent's CLI, and remembers where it was. */
export interface CliFinder {
  /**
   * The configured path, the `PATH`, the cache; else the pinned version is installed into the cache with npm.
   *
   * @throws GhwError `AgentUnavailable`
   */
  locate(): Promise<Installation>;
  /** For `AgentAdapter.check`. */
  readonly check: (options: AgentCheckOptions) => Promise<AgentCheck>;
}

export function createCliFinder(distribution: CliDistribution, options: LocateOptions): CliFinder {
  let located: Promise<Installation> | undefined;

  async function locate(): Promise<Installation> {
    const known = await located?.catch(() => undefined);
    if (known && existsSync(known.path)) return known;
    located = locateCli(distribution, options);
    return await located;
  }

  async function check({ install }: AgentCheckOptions): Promise<AgentCheck> {
    try {
      if (!install && !(await isPresent(distribution, options))) {
        const message = `Not there yet: the first run installs version ${distribution.version} (${distribution.size}).`;
        return { ok: true, version: null, path: null, message };
      }
      const { path, version } = await locate();
      return { ok: true, version, path, message: versionWarning(distribution, version) };
    } catch (error) {
      const hint = error instanceof GhwError && error.hint !== undefined ? ` ${error.hint}` : '';
      const message = `${error instanceof Error ? error.message : String(error)}${hint}`;
      return { ok: false, version: null, path: null, message };
    }
  }

  return { locate, check };
}

/** The pinned version from the cache, whatever is on the `PATH`; installed where it is missing. */
export async function installCli(distribution: CliDistribution, cache?: string): Promise<Installation> {
  const program = await installPackage(distribution, cache);
  const found = await examine(distribution, program);
  if (found) return found;
  throw new GhwError('AgentUnavailable', `${distribution.title} does not run: ${program}`, {
    hint: `Remove its directory below agents/${distribution.agent} in the cache; it is installed anew.`,
  });
}

async function locateCli(distribution: CliDistribution, { path, cache }: LocateOptions): Promise<Installation> {
  if (path === undefined) return (await findOnPath(distribution)) ?? (await installCli(distribution, cache));
  const found = await examine(distribution, path);
  if (found) return found;
  throw new GhwError('AgentUnavailable', `${path} is not ${distribution.title}, or cannot be run.`, {
    hint: 'Correct the path in the configuration, or remove it.',
  });
}

async function findOnPath(distribution: CliDistribution): Promise<Installation | null> {
  for (const directory of (process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const program = join(directory, distribution.command);
    const executable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    const found = executable ? await examine(distribution, program) : null;
    if (found) return found;
  }
  return null;
}

/**
 * True unless it would have to be installed. A path that is configured counts as there, so that what is wrong with it is
 * said; so does a system that there is no program for.
 */
async function isPresent(distribution: CliDistribution, { path, cache }: LocateOptions): Promise<boolean> {
  if (path !== undefined || (await findOnPath(distribution)) !== null) return true;
  const place = cachedPackage(distribution);
  return place === null || (await isPackageCached(place, cache));
}
