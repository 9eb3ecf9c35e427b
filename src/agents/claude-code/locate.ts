import { existsSync } from 'node:fs';
import { access, constants, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { installOnce, isInstalled } from '../../config/install-once.ts';
import { GhwError } from '../../domain/errors.ts';
import { CLAUDE_CODE_VERSION, isMusl, parseVersion, platformPackage } from './version.ts';

/** Where the CLI is. */
export interface Installation {
  /** The program, links resolved. */
  readonly program: string;
  readonly version: string;
  /** What a cage must show for it to run. */
  readonly readOnlyPaths: readonly string[];
}

export interface LocateOptions {
  /** The program, from configuration; looked for nowhere else. */
  readonly path?: string | undefined;
  /** Where installed CLIs are kept; default the cache directory. */
  readonly cache?: string | undefined;
}

const VERSION_TIMEOUT_MS = 20_000;
const INSTALL_TIMEOUT_MS = 600_000;

/**
 * Finds the CLI: the configured path, the `PATH`, the cache; else installs the pinned version into the cache with npm
 * (about 380 MB, once per machine).
 *
 * @throws GhwError `AgentUnavailable`
 */
export async function locateClaudeCode(options: LocateOptions): Promise<Installation> {
  if (options.path !== undefined) {
    const found = await examine(options.path);
    if (found) return found;
    throw unavailable(
      `${options.path} is not Claude Code, or cannot be run.`,
      'Correct the path in the configuration, or remove it.',
    );
  }
  const onPath = await findOnPath();
  return onPath ?? (await installClaudeCode(options.cache));
}

async function findOnPath(): Promise<Installation | null> {
  for (const directory of (process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const program = join(directory, 'claude');
    const executable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    const found = executable ? await examine(program) : null;
    if (found) return found;
  }
  return null;
}

/**
 * True unless {@link locateClaudeCode} would have to install it. A path that is configured counts as there, so that what
 * is wrong with it is said.
 */
export async function isClaudeCodeInstalled({ path, cache }: LocateOptions): Promise<boolean> {
  if (path !== undefined || (await findOnPath()) !== null) return true;
  const place = installationName();
  // Where there is no program for this system, there is nothing to wait for.
  return place === null || (await isInstalled(place.directory, cache === undefined ? {} : { cache }));
}

/** The npm package for this system, and its place in the cache; null where there is none. */
function installationName(): { readonly package: string; readonly directory: string } | null {
  const name = platformPackage(process.platform, process.arch, isMusl());
  if (name === null) return null;
  const system = name.replace('@anthropic-ai/claude-code-', '');
  return { package: name, directory: `agents/claude-code/${CLAUDE_CODE_VERSION}-${system}` };
}

/**
 * The pinned version, from the cache; installed into it where it is missing. Needs npm and its registry, or a cache that
 * is filled.
 *
 * @throws GhwError `AgentUnavailable`
 */
export async function installClaudeCode(cache?: string): Promise<Installation> {
  const place = installationName();
  if (place === null) {
    throw unavailable(
      `There is no Claude Code for ${process.platform} on ${process.arch}.`,
      'Run the worker on Linux or macOS.',
    );
  }
  const directory = await installOnce(
    place.directory,
    async (target) => await installPackage(place.package, target),
    cache === undefined ? {} : { cache },
  );
  const found = await examine(join(directory, 'node_modules', place.package, 'claude'));
  if (found) return found;
  throw unavailable(`Claude Code in ${directory} does not run.`, 'Remove that directory; it is installed anew.');
}

async function installPackage(name: string, target: string): Promise<void> {
  const args = [
    'install',
    '--prefix',
    target,
    '--ignore-scripts',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const result = await execa('npm', [...args, `${name}@${CLAUDE_CODE_VERSION}`], {
    env: npmEnvironment(),
    extendEnv: false,
    cwd: target,
    stdin: 'ignore',
    reject: false,
    timeout: INSTALL_TIMEOUT_MS,
  });
  if (!result.failed) return;
  throw unavailable(
    `Claude Code could not be installed: ${result.stderr || (result.shortMessage ?? '')}`,
    `Install it yourself (npm install --global @anthropic-ai/claude-code@${CLAUDE_CODE_VERSION}), or configure the agent's path.`,
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

/** Null if it is not there, does not run or is something else. */
async function examine(path: string): Promise<Installation | null> {
  const program = await realpath(path).catch(() => null);
  if (program === null) return null;
  const home = await mkdtemp(join(tmpdir(), 'ghw-claude-'));
  try {
    const { stdout } = await execa(program, ['--version'], {
      env: { HOME: home, PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`, DISABLE_AUTOUPDATER: '1' },
      extendEnv: false,
      stdin: 'ignore',
      timeout: VERSION_TIMEOUT_MS,
    });
    const version = parseVersion(stdout);
    return version === null ? null : { program, version, readOnlyPaths: neededPaths(program) };
  } catch {
    return null;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** The package that the program belongs to, or the program alone; nothing where the cage shows it anyway. */
function neededPaths(program: string): string[] {
  if (program.startsWith('/usr/')) return [];
  for (let directory = dirname(program); dirname(directory) !== directory; directory = dirname(directory)) {
    if (dirname(directory).endsWith('node_modules/@anthropic-ai') && existsSync(join(directory, 'package.json')))
      return [directory];
  }
  return [program];
}

function unavailable(message: string, hint: string): GhwError {
  return new GhwError('AgentUnavailable', message, { hint });
}
