import { isAbsolute } from 'node:path';
import { GhwError } from '../domain/errors.ts';
import { authorization, withToken, type GitToken } from './credentials.ts';
import { git, GitFailure, type GitOptions, type GitOutput } from './git.ts';
import type { Remote } from './workspace.ts';

/** How long fetching from or pushing to a remote may take, in milliseconds. */
const NETWORK_TIMEOUT_MS = 30 * 60_000;
const PROBE_TIMEOUT_MS = 15_000;

/** The two services of git's smart HTTP protocol: reading and writing. */
export type GitService = 'git-upload-pack' | 'git-receive-pack';

export interface RemoteAccess {
  readonly remote: Remote;
  readonly token: GitToken;
  /** Where the token may lie while git runs. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs one git command that talks to the remote, as the only kind that gets the token.
 *
 * @throws GhwError by the remote's HTTP status (`GitHubUnauthorized`, `GitHubForbidden`, `GitHubNotFound`,
 * `GitHubRateLimited`, `GitHubUnavailable`); GitFailure for everything else.
 */
export async function remoteGit(
  access: RemoteAccess,
  service: GitService,
  args: readonly string[],
  options: GitOptions,
): Promise<GitOutput> {
  const { remote, scratch, signal } = access;
  const token = await access.token();
  try {
    return await withToken(scratch, remote.url, token, (env) =>
      git(args, { timeoutMs: NETWORK_TIMEOUT_MS, ...options, network: true, signal, env: { ...options.env, ...env } }),
    );
  } catch (error) {
    if (error instanceof GitFailure) await throwRefusal(remote, service, token);
    throw error;
  }
}

/**
 * A remote address that git may be given: `https`, `http` or `file`, or an absolute path; no credentials in it.
 *
 * @throws GhwError `InvalidInput`
 */
export function checkedRemoteUrl(remote: Remote): string {
  const { url } = remote;
  if (isAbsolute(url) && !/\p{Cc}/u.test(url)) return url;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isKnown = parsed !== undefined && ['https:', 'http:', 'file:'].includes(parsed.protocol);
  if (isKnown && parsed.username === '' && parsed.password === '' && !/[\p{Cc}\s]/u.test(url)) return url;
  throw new GhwError('InvalidInput', `The clone address of ${remote.repository} cannot be used.`, {
    hint: 'It must be an https, http or file address, or an absolute path, and must hold no credentials.',
  });
}

/**
 * Asks the remote itself why it refused: git tells its HTTP status in words only. Where the answer is none of these, or
 * there is none, the failure stays what it was.
 */
async function throwRefusal(remote: Remote, service: GitService, token: string | null): Promise<void> {
  if (!/^https?:/i.test(remote.url)) return;
  const response = await probe(`${remote.url.replace(/\/+$/, '')}/info/refs?service=${service}`, token);
  if (!response) return;
  const { status, headers } = response;
  const told = `${remote.repository}'s git remote answered ${status.toString()}`;
  if (status === 401) {
    throw new GhwError('GitHubUnauthorized', `${told}: the token is missing or no longer valid.`, {
      hint: 'Give gh-worker a valid token; `ghw doctor` shows which one it uses.',
    });
  }
  if (status === 403) {
    const may = service === 'git-receive-pack' ? 'push to' : 'read';
    throw new GhwError('GitHubForbidden', `${told}: the token may not ${may} this repository.`, {
      hint: 'Give the token access to the contents of the repository.',
    });
  }
  if (status === 404) {
    throw new GhwError('GitHubNotFound', `${told}: there is no such repository, or the token may not see it.`, {
      hint: 'Look at the name of the repository, and at what the token has access to.',
    });
  }
  const seconds = Number(headers.get('retry-after'));
  const wait = seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  if (status === 429) throw new GhwError('GitHubRateLimited', `${told}: too many requests.`, wait);
  if (status >= 500) throw new GhwError('GitHubUnavailable', `${told}.`, wait);
}

async function probe(url: string, token: string | null): Promise<Response | undefined> {
  try {
    const response = await fetch(url, {
      headers: token === null ? {} : { authorization: authorization(token) },
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response;
  } catch {
    return undefined;
  }
}
