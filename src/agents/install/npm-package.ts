import { execa } from 'execa';
import { installedDirectory, installOnce, isInstalled } from '../../config/install-once.ts';
import { GhwError } from '../../domain/errors.ts';
import type { CliDistribution, ProgramPackage } from './distribution.ts';
import { thisSystem } from './system.ts';

const INSTALL_TIMEOUT_MS = 600_000;

/** Where the pinned version of a CLI is, or would be, in the cache. */
export interface CachedPackage {
  readonly package: ProgramPackage;
  /** Below the cache. */
  readonly directory: string;
}

/** Null where there is no program for this system. */
export function cachedPackage({ agent, version, packageFor }: CliDistribution): CachedPackage | null {
  const system = thisSystem();
  const found = packageFor(system);
  if (found === null) return null;
  const parts = [
    system.platform,
    system.arch,
    ...(system.musl ? ['musl'] : []),
    ...(system.modern ? [] : ['baseline']),
  ];
  return { package: found, directory: `agents/${agent}/${version}-${parts.join('-')}` };
}

/** True once the pinned version is in the cache. */
export async function isPackageCached({ directory }: CachedPackage, cache: string | undefined): Promise<boolean> {
  return await isInstalled(directory, cache === undefined ? {} : { cache });
}

/** Where the pinned version's program is in the cache, whether it has been installed or not. */
export function cachedProgram({ package: { name, program }, directory }: CachedPackage, cache?: string): string {
  const target = installedDirectory(directory, cache === undefined ? {} : { cache });
  return `${target}/node_modules/${name}/${program}`;
}

/**
 * Installs the pinned version into the cache, unless it is there. Needs npm and its registry. No script of a package is
 * run, and what a package names as optional is left out.
 *
 * @returns the program
 * @throws GhwError `AgentUnavailable`
 */
export async function installPackage(distribution: CliDistribution, cache?: string): Promise<string> {
  const place = cachedPackage(distribution);
  if (place === null) {
    throw new GhwError(
      'AgentUnavailable',
      `There is no ${distribution.title} for ${process.platform} on ${process.arch}.`,
      { hint: 'Run the worker on Linux or macOS.' },
    );
  }
  await installOnce(
    place.directory,
    async (target) => await npmInstall(distribution, place.package, target),
    cache === undefined ? {} : { cache },
  );
  return cachedProgram(place, cache);
}

async function npmInstall(distribution: CliDistribution, { spec }: ProgramPackage, target: string): Promise<void> {
  const options = ['--ignore-scripts', '--omit=optional', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = await execa('npm', ['install', '--prefix', target, ...options, spec], {
    env: npmEnvironment(),
    extendEnv: false,
    cwd: target,
    stdin: 'ignore',
    reject: false,
    timeout: INSTALL_TIMEOUT_MS,
  });
  if (!result.failed) return;
  const { title, publicPackage, version } = distribution;
  throw new GhwError(
    'AgentUnavailable',
    `${title} could not be installed: ${result.stderr || (result.shortMessage ?? '')}`,
    {
      hint: `Install it yourself (npm install --global ${publicPackage}@${version}), or configure the agent's path.`,
    },
  );
}

/** npm's own settings and nothing else of ours: no token of GitHub, no key of a model. */
function npmEnvironment(): Record<string, string> {
  const wanted =
    /^(?:path|home|tmpdir|npm_config_.*|(?:https?|no|all)_proxy|node_extra_ca_certs|ssl_cert_(?:file|dir))$/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => wanted.test(entry[0]) && entry[1] !== undefined,
    ),
  );
}
