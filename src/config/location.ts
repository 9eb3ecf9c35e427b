import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { shellWord } from '../domain/shell-word.ts';

/** A process's environment, as it is given or made for a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigOptions {
  /** From `--config`; relative to the current directory. */
  readonly path?: string | undefined;
  /** Default: this process's. */
  readonly env?: Environment;
}

/** Where the configuration file is, and whether a person named it (then it must exist). */
export interface ConfigLocation {
  readonly path: string;
  readonly isNamed: boolean;
  /** How a command begins that is about this file: `ghw`, with `--config` if that is how it was named. */
  readonly command: string;
}

/** `--config`, else `GHW_CONFIG`, else the XDG place. */
export function locateConfig(options: ConfigOptions = {}): ConfigLocation {
  const env = options.env ?? process.env;
  const named = options.path ?? nonEmpty(env.GHW_CONFIG);
  const command = options.path === undefined ? 'ghw' : `ghw --config ${shellWord(options.path)}`;
  if (named !== undefined) return { path: resolve(expandHome(named, env)), isNamed: true, command };
  return { path: join(xdg(env, 'XDG_CONFIG_HOME', '.config'), 'gh-worker', 'config.yaml'), isNamed: false, command };
}

/** The default of `data_path`. */
export function defaultDataPath(env: Environment): string {
  return join(xdg(env, 'XDG_DATA_HOME', '.local/share'), 'gh-worker');
}

/** Turns `~` and `~/x` into paths under the home directory. */
export function expandHome(path: string, env: Environment): string {
  return path === '~' || path.startsWith('~/') ? join(home(env), path.slice(1)) : path;
}

/**
 * A path that a person gave in a shell, as the file has to say it: there, a relative one would start at the file's folder.
 * What starts at the home directory or with a variable stays as it is.
 */
export function fromHere(path: string): string {
  return path === '' || path.startsWith('~') || path.startsWith('${') ? path : resolve(path);
}

/** A path as a person would write it: `~/x` for what is below the home directory. */
export function withTilde(path: string, env: Environment): string {
  const above = `${home(env)}/`;
  return path.startsWith(above) ? `~/${path.slice(above.length)}` : path;
}

/**
 * A base directory: the variable's, else the one below the home directory that stands for it.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function xdg(env: Environment, name: string, fallback: string): string {
  const value = env[name];
  // The XDG base directory specification tells to ignore relative paths.
  return value !== undefined && isAbsolute(value) ? value : join(home(env), fallback);
}

function home(env: Environment): string {
  return nonEmpty(env.HOME) ?? homedir();
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
