import { GraphqlResponseError } from '@octokit/graphql';
import type { z } from 'zod';
import type { ErrorName } from '../domain/errors.ts';
import { GhwError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import { rateLimitDelayMs, readRetryAfterMs } from './rate-limit.ts';
import type { ResponseHeaders } from './rate-limit.ts';
import { worstRefusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** What was being asked, for the message. */
export interface Attempt {
  /** After "GitHub could not": `read the issue acme/app#42`. */
  readonly doing: string;
  /** The right that it takes, in the words of GitHub's settings page. */
  readonly needs: string;
  readonly kind: 'query' | 'mutation';
  /** Hidden from every message. */
  readonly secrets: readonly string[];
}

/** The three ways to a token, for hints. */
export const tokenWays =
  'set GITHUB_TOKEN, name a file of mode 0600 as github.token_file, or log in with `gh auth login`';

/** Octokit's error for an HTTP status of 400 and more, or for no answer at all. */
interface HttpError extends Error {
  readonly status: number;
  /** Absent if no answer came. */
  readonly response?: { readonly headers: ResponseHeaders; readonly data: unknown };
}

/**
 * What a failed request means, by GitHub's error type, the HTTP status and the headers; never by the words of a message.
 *
 * @param error - what `@octokit/graphql` or `@octokit/request` threw.
 */
export function classifyError(error: unknown, attempt: Attempt, nowMs = Date.now()): GhwError {
  if (error instanceof GraphqlResponseError) {
    return refused(worstRefusal(error.errors, attempt.kind), error.headers, attempt, nowMs);
  }
  if (!isHttpError(error)) return unexpected(attempt.doing, 'the answer is not JSON of the expected form');
  if (error.response === undefined) return unreachable(error, attempt);
  return refused(
    { name: nameOfStatus(error.status, error.response.headers), said: saidOf(error), status: error.status },
    error.response.headers,
    attempt,
    nowMs,
  );
}

/** For an answer that does not have the shape that its schema asks for. */
export function unexpectedShape(issues: readonly z.core.$ZodIssue[], attempt: Attempt): GhwError {
  const issue = deepest(issues);
  const field = issue?.path.join('.') ?? '';
  return unexpected(attempt.doing, `field ${field === '' ? '(root)' : field}: ${issue?.message ?? 'missing'}`);
}

/** For an answer without the thing that was asked for, though GitHub reported no error. */
export function notFound(doing: string): GhwError {
  return new GhwError('GitHubNotFound', `GitHub could not ${doing}: ${reasons.GitHubNotFound}.`, {
    hint: hintFor('GitHubNotFound'),
  });
}

/** For an answer that GitHub's own rules exclude. */
export function unexpected(doing: string, what: string): GhwError {
  return new GhwError('GitHubUnexpectedResponse', `GitHub was asked to ${doing}; ${what}.`, {
    hint: hintFor('GitHubUnexpectedResponse'),
  });
}

/** The error for what GitHub said against a request, or against one item of it. */
export function refused(
  refusal: Refusal & { readonly status?: number },
  headers: ResponseHeaders,
  attempt: Attempt,
  nowMs = Date.now(),
): GhwError {
  const status = refusal.status === undefined ? '' : ` (HTTP ${refusal.status})`;
  const said = refusal.said === '' ? '' : ` GitHub says: ${quote(refusal.said, attempt.secrets)}`;
  const delayMs =
    refusal.name === 'GitHubRateLimited' ? rateLimitDelayMs(headers, nowMs) : readRetryAfterMs(headers, nowMs);
  return new GhwError(refusal.name, `GitHub could not ${attempt.doing}: ${reasons[refusal.name]}${status}.${said}`, {
    hint: headers['x-github-sso'] === undefined ? hintFor(refusal.name, attempt.needs, headers) : ssoHint,
    ...(delayMs !== null && passing.has(refusal.name) ? { retryAfterMs: delayMs } : {}),
  });
}

const passing: ReadonlySet<ErrorName> = new Set(['GitHubRateLimited', 'GitHubUnavailable']);

function unreachable(error: HttpError, attempt: Attempt): GhwError {
  const { name, message, code } = rootOf(error);
  const what = name === 'TimeoutError' ? 'no answer in time' : quote(`${code} ${message}`, attempt.secrets);
  return new GhwError('GitHubUnavailable', `GitHub could not ${attempt.doing}: ${what}.`, {
    hint: hintFor('GitHubUnavailable'),
    cause: error.cause,
  });
}

function nameOfStatus(status: number, headers: ResponseHeaders): Refusal['name'] {
  if (status === 401) return 'GitHubUnauthorized';
  if (status === 429) return 'GitHubRateLimited';
  if (status === 403) return isSpent(headers) ? 'GitHubRateLimited' : 'GitHubForbidden';
  if (status === 451) return 'GitHubForbidden';
  if (status === 404 || status === 410) return 'GitHubNotFound';
  if (status === 409 || status === 422) return 'GitHubRejected';
  if (status === 408 || status >= 500) return 'GitHubUnavailable';
  return 'GitHubUnexpectedResponse';
}

/** GitHub answers 403 both for a missing right and for its limits; only the latter has one of these. */
function isSpent(headers: ResponseHeaders): boolean {
  return headers['retry-after'] !== undefined || String(headers['x-ratelimit-remaining']) === '0';
}

const reasons: Record<Refusal['name'], string> = {
  GitHubNotFound: 'there is no such thing, or the token may not see it',
  GitHubUnauthorized: 'the token is not accepted',
  GitHubForbidden: 'the token lacks a right',
  GitHubRateLimited: 'its rate limit is reached',
  GitHubUnavailable: 'it has a fault or is overloaded',
  GitHubRejected: 'it refused',
  GitHubUnexpectedResponse: 'it did not understand the request',
};

const ssoHint =
  'Authorize the token for the organization’s single sign-on (Settings, Developer settings, Configure SSO).';

function hintFor(name: Refusal['name'], needs = '', headers: ResponseHeaders = {}): string {
  // Sent with REST refusals to fine-grained tokens: exactly what the route takes.
  const accepted = headers['x-accepted-github-permissions'];
  switch (name) {
    case 'GitHubNotFound':
      return 'Check the name, and that the token covers this repository: GitHub also says "not found" of what it hides.';
    case 'GitHubUnauthorized':
      return `Renew the token: ${tokenWays}.`;
    case 'GitHubForbidden':
      return `Give the token this repository permission: ${accepted === undefined ? needs : quote(String(accepted), [])}.`;
    case 'GitHubRateLimited':
      return 'Nothing to do: it is tried again when GitHub allows it. Fewer parallel syncs keep below the limit.';
    case 'GitHubUnavailable':
      return 'It is tried again. If it lasts, check the network, github.api_url and https://www.githubstatus.com.';
    case 'GitHubRejected':
      return 'Change what GitHub names, then try again.';
    case 'GitHubUnexpectedResponse':
      return 'Check github.api_url: a proxy, or an old GitHub Enterprise Server, may be in between.';
  }
}

/** The words of an HTTP error's body, if it is GitHub's JSON and not some proxy's page. */
function saidOf(error: HttpError): string {
  const data = error.response?.data;
  if (typeof data !== 'object' || data === null || !('message' in data)) return '';
  return typeof data.message === 'string' ? data.message : '';
}

const LONGEST_QUOTE = 300;

/** Text of the other side as one short line without control characters and secrets. */
function quote(text: string, secrets: readonly string[]): string {
  const line = redact(text, secrets)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}

/** In a union, zod reports every alternative; the one that came furthest is the one that was meant. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const all = issues.map((issue) => {
    if (issue.code !== 'invalid_union') return issue;
    const inner = deepest(issue.errors.flat());
    return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
  });
  return all.sort((a, b) => b.path.length - a.path.length)[0];
}

/** The innermost cause: the network's own word, such as ECONNREFUSED, below what `fetch` and Octokit wrap around it. */
function rootOf(error: object): { readonly name: string; readonly message: string; readonly code: string } {
  if ('cause' in error && typeof error.cause === 'object' && error.cause !== null) return rootOf(error.cause);
  const { name = '', message = '', code = '' } = error as Record<string, unknown>;
  return { name: String(name), message: String(message), code: typeof code === 'string' ? code : '' };
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && error.name === 'HttpError' && 'status' in error;
}
