import { GraphqlResponseError, withCustomRequest } from '@octokit/graphql';
import { request } from '@octokit/request';
import type { z } from 'zod';
import type { Attempt } from './errors.ts';
import { classifyError, unexpectedShape } from './errors.ts';
import type { Operation } from './operation.ts';
import type { RateLimit } from './rate-limit.ts';
import { readRateLimit } from './rate-limit.ts';
import { isBearable } from './refusal.ts';
import type { TokenSource } from './token.ts';

export interface TransportOptions {
  /** The API's base address, before `/graphql`: `https://api.github.com`, or `https://<host>/api/v3`. */
  readonly baseUrl: string;
  readonly token: TokenSource;
  readonly fetch?: typeof globalThis.fetch;
  /** Longest wait for one whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** A REST route, for what GraphQL does not have. */
export interface RestCall<Answer> {
  /** Octokit's form: `GET /repos/{owner}/{repo}`; every value is encoded as one path segment. */
  readonly route: string;
  readonly values: Readonly<Record<string, string>>;
  readonly answer: z.ZodType<Answer>;
  readonly needs: string;
}

/** One request at a time to GitHub: sent once, bounded in time, its answer validated, its failure classified. */
export interface Transport {
  /**
   * @param doing - for messages, after "GitHub could not": `read the issue acme/app#42`.
   */
  query<Answer, Variables extends object>(
    operation: Operation<Answer, Variables>,
    variables: Variables,
    doing: string,
  ): Promise<Answer>;
  rest<Answer>(call: RestCall<Answer>, doing: string): Promise<Answer>;
  /** GraphQL's budget, as the last answer said; null before the first. */
  rateLimit(): RateLimit | null;
}

type Send = (request: { readonly fetch: typeof globalThis.fetch; readonly signal: AbortSignal }) => Promise<unknown>;

/** Binds Octokit to one server and one identity. */
export function createTransport(options: TransportOptions): Transport {
  let budget: RateLimit | null = null;
  const client = request.defaults({
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    headers: { 'user-agent': 'gh-worker', 'x-github-api-version': '2022-11-28' },
    request: { log: silent },
  });
  const graphql = withCustomRequest(client);

  /** The token is read for every request and goes into nothing that could be printed or kept. */
  async function send<Answer>(
    call: Send,
    schema: z.ZodType<Answer>,
    about: Omit<Attempt, 'secrets'>,
    optional: readonly string[],
  ): Promise<Answer> {
    const token = await options.token();
    const attempt = { ...about, secrets: [token] };
    const fetch = authorizedFetch(options.fetch ?? globalThis.fetch, token);
    const answer = await call({ fetch, signal: AbortSignal.timeout(options.timeoutMs) }).catch((error: unknown) => {
      if (error instanceof GraphqlResponseError && isBearable(error.errors, error.data, optional))
        return error.data as unknown;
      throw classifyError(error, attempt);
    });
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw unexpectedShape(parsed.error.issues, attempt);
    return parsed.data;
  }

  /** Also notes GraphQL's budget: REST has one of its own. */
  function noting(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (...input) => {
      const response = await fetch(...input);
      budget = readRateLimit(Object.fromEntries(response.headers)) ?? budget;
      return response;
    };
  }

  return {
    query: (operation, variables, doing) =>
      send(
        ({ fetch, signal }) => graphql(operation.text, { ...variables, request: { fetch: noting(fetch), signal } }),
        operation.answer,
        { doing, needs: operation.needs, kind: operation.kind },
        operation.optional,
      ),
    rest: ({ route, values, answer, needs }, doing) =>
      send(
        async (options) => (await client(route, { ...values, request: options })).data as unknown,
        answer,
        { doing, needs, kind: 'query' },
        [],
      ),
    rateLimit: () => budget,
  };
}

/**
 * Adds the token below Octokit, so that no error object of Octokit's holds it, and reads the whole body, because Octokit
 * takes a connection that breaks in the middle of one for an empty answer.
 */
function authorizedFetch(fetch: typeof globalThis.fetch, token: string): typeof globalThis.fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `bearer ${token}`);
    const response = await fetch(input, { ...init, headers });
    const body = await response.arrayBuffer();
    const { status, statusText } = response;
    return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers: response.headers });
  };
}

function ignore(): void {
  // Octokit's only message is about deprecated routes, which says nothing to a user.
}
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
