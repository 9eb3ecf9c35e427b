import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { execa, ExecaError } from 'execa';
import { GhwError } from '../../domain/errors.ts';
import type { CliDistribution } from './distribution.ts';
import { thisSystem } from './system.ts';

/** Where a CLI is, and how it is started. */
export interface Installation {
  /** The CLI's own program, links resolved; JavaScript for those that Node runs. */
  readonly path: string;
  /** What is started: the program, or Node with the program as its first argument. */
  readonly file: string;
  readonly args: readonly string[];
  readonly version: string;
  /** What a cage must show for it to run. */
  readonly readOnlyPaths: readonly string[];
}

/** A program of hundreds of megabytes, read for the first time on a busy machine, takes its time. */
const VERSION_TIMEOUT_MS = 90_000;

/**
 * What is at a path; null if nothing is, if it does not run, or if it is another program.
 *
 * @throws GhwError `AgentUnavailable`, to be tried again, if it did not answer in time
 */
export async function examine(distribution: CliDistribution, path: string): Promise<Installation | null> {
  const found = await realpath(path).catch(() => null);
  if (found === null) return null;
  const program = nativeProgram(distribution, found) ?? found;
  const byNode = distribution.runtime === 'node' && /\.[cm]?js$/.test(program);
  const [file, args] = byNode ? [process.execPath, [program]] : [program, []];
  const home = await mkdtemp(join(tmpdir(), `ghw-${distribution.agent}-`));
  try {
    const { stdout } = await execa(file, [...args, '--version'], {
      env: { HOME: home, PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`, DISABLE_AUTOUPDATER: '1' },
      extendEnv: false,
      stdin: 'ignore',
      timeout: VERSION_TIMEOUT_MS,
    });
    const version = distribution.parseVersion(stdout);
    return version === null ? null : { path: program, file, args, version, readOnlyPaths: neededPaths(program) };
  } catch (error) {
    if (error instanceof ExecaError && error.timedOut) throw tooSlow(distribution, program);
    return null;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function tooSlow({ title }: CliDistribution, program: string): GhwError {
  const seconds = (VERSION_TIMEOUT_MS / 1_000).toString();
  return new GhwError('AgentUnavailable', `${title} did not say its version within ${seconds} s: ${program}`, {
    hint: 'This machine may be overloaded; look whether the program answers to --version.',
    retryable: true,
  });
}

/** The program that a launcher in JavaScript would start: it would only stand between us and its signals. */
function nativeProgram(distribution: CliDistribution, launcher: string): string | null {
  const own = distribution.packageFor(thisSystem());
  const root = packageOf(launcher);
  if (distribution.runtime === 'node' || own === null || root === null) return null;
  const beside = basename(dirname(root)).startsWith('@') ? dirname(dirname(root)) : dirname(root);
  const places = [join(root, 'node_modules'), beside].map((modules) => join(modules, own.name, own.program));
  return places.find((place) => existsSync(place)) ?? null;
}

/** The package that the program belongs to, or the program alone; nothing where the cage shows it anyway. */
function neededPaths(program: string): string[] {
  if (program.startsWith('/usr/')) return [];
  return [packageOf(program) ?? program];
}

function packageOf(program: string): string | null {
  for (let directory = dirname(program); dirname(directory) !== directory; directory = dirname(directory)) {
    const isModule = /\/node_modules(?:\/@[^/]+)?$/.test(dirname(directory));
    if (isModule && existsSync(join(directory, 'package.json'))) return directory;
  }
  return null;
}
