import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { pickEnvironment } from '../config/pick-environment.ts';
import { GhwError } from '../domain/errors.ts';
import { tokenWays } from './errors.ts';

/** Gives the token for the next request. */
export type TokenSource = () => Promise<string>;

export interface TokenOptions {
  readonly env: NodeJS.ProcessEnv;
  /** `github.token_file` of the configuration. */
  readonly tokenFile: string | null;
  /** GitHub's host, as `gh` knows it: `github.com`. */
  readonly host: string;
}

export interface FoundToken {
  readonly token: string;
  /** For `ghw doctor`. */
  readonly origin: 'GITHUB_TOKEN' | 'token file' | 'gh';
}

const LIFETIME_MS = 60_000;
const GH_TIMEOUT_MS = 10_000;
/** No token of GitHub's comes near; a longer file is another file. */
const LONGEST_TOKEN = 4_096;

/** Where `gh` finds its login; the last two lead to the desktop's key ring, where it keeps the token by default. */
const ghVariables = ['GH_HOST', 'GH_CONFIG_DIR', 'XDG_CONFIG_HOME', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR'];

/** A source that looks again after a minute, so that a renewed token is taken up without a restart. */
export function tokenSource(options: TokenOptions, now: () => number = Date.now): TokenSource {
  let known: { readonly token: Promise<string>; readonly until: number } | null = null;
  return () => {
    if (known !== null && now() < known.until) return known.token;
    const token = resolveToken(options).then((found) => found.token);
    const entry = { token, until: now() + LIFETIME_MS };
    known = entry;
    token.catch(() => {
      if (known === entry) known = null;
    });
    return token;
  };
}

/**
 * Finds the token: `GITHUB_TOKEN`, then the configured file, then `gh auth token`.
 *
 * @throws GhwError `GitHubUnauthorized` if there is none, or if the one that was named cannot be used.
 */
export async function resolveToken({ env, tokenFile, host }: TokenOptions): Promise<FoundToken> {
  const fromEnvironment = env.GITHUB_TOKEN?.trim() ?? '';
  if (fromEnvironment !== '') return { token: checked(fromEnvironment, 'GITHUB_TOKEN'), origin: 'GITHUB_TOKEN' };
  if (tokenFile !== null) {
    return { token: checked(await readTokenFile(tokenFile), `token file ${tokenFile}`), origin: 'token file' };
  }
  const fromGh = await askGh(host, env);
  if (fromGh !== '') return { token: checked(fromGh, '`gh auth token`'), origin: 'gh' };
  throw unusable(`There is no GitHub token for ${host}.`, `Do one of three: ${tokenWays}.`);
}

async function readTokenFile(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      return await readPrivate(file, path);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof GhwError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw unusable(`The token file ${path} cannot be read (${code}).`, tokenFileHint);
  }
}

/** Mode and content are of the same open file, so that it cannot be exchanged in between. */
async function readPrivate(file: FileHandle, path: string): Promise<string> {
  const { mode, size } = await file.stat();
  if ((mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw unusable(`Others may read the token file ${path}: its mode is ${octal}.`, `Run: chmod 600 '${path}'`);
  }
  if (size > LONGEST_TOKEN) throw unusable(`The token file ${path} is too long for a token.`, tokenFileHint);
  return (await file.readFile('utf8')).trim();
}

const tokenFileHint = 'Write the token, and nothing else, into the file that github.token_file names.';

/** Empty if `gh` is not installed or not logged in: then it is no way to a token here. */
async function askGh(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  // Only here: most hosts have the token elsewhere, and need not wait for a subprocess library.
  const { execa } = await import('execa');
  const result = await execa('gh', ['auth', 'token', '--hostname', host], {
    env: pickEnvironment(ghVariables, env),
    extendEnv: false,
    timeout: GH_TIMEOUT_MS,
    forceKillAfterDelay: 1_000,
    maxBuffer: LONGEST_TOKEN,
    stdin: 'ignore',
    stderr: 'ignore',
    reject: false,
  });
  return result.failed ? '' : result.stdout.trim();
}

/** A header cannot carry anything else, and the error that says so would quote it. */
function checked(token: string, origin: string): string {
  if (token.length <= LONGEST_TOKEN && /^[\x21-\x7e]+$/.test(token)) return token;
  throw unusable(
    `What ${origin} holds is not a GitHub token: empty, too long, or with spaces or line breaks in it.`,
    tokenWaysHint,
  );
}

const tokenWaysHint = `Do one of three: ${tokenWays}.`;

function unusable(message: string, hint: string): GhwError {
  return new GhwError('GitHubUnauthorized', message, { hint });
}
