import { GraphqlResponseError, withCustomRequest } from '@octokit/graphql';
import { request } from '@octokit/request';
import type { z } from 'zod';
import type { GhwError } from '../domain/errors.ts';
import type { Budget, RequestWish } from './budget.ts';
import type { Attempt } from './errors.ts';
import { classifyError, refused, unexpectedShape } from './errors.ts';
import type { Operation } from './operation.ts';
import type { RateLimit, ResponseHeaders } from './rate-limit.ts';
import { readRateLimit } from './rate-limit.ts';
import type { Refusal } from './refusal.ts';
import { isBearable, itemRefusals } from './refusal.ts';
import type { TokenSource } from './token.ts';

export interface TransportOptions {
  /** The API's base address, before `/graphql`: `https://api.github.com`, or `https://<host>/api/v3`. */
  readonly baseUrl: string;
  readonly token: TokenSource;
  readonly fetch?: typeof globalThis.fetch;
  /** Longest wait for one whole answer, in milliseconds. */
  readonly timeoutMs: number;
  /** The token's, which all that use it share; without one nothing waits for its turn. */
  readonly budget?: Pick<Budget, 'enter'>;
}

/** A REST route, for what GraphQL does not have. */
export interface RestCall<Answer> {
  /** Octokit's form: `GET /repos/{owner}/{repo}`; every value is encoded as one path segment. */
  readonly route: string;
  readonly values: Readonly<Record<string, string>>;
  readonly answer: z.ZodType<Answer>;
  readonly needs: string;
}

export interface ItemsAnswer<Answer> {
  readonly answer: Answer;
  /** Why an item is null, by its position. @param doing - as for {@link Transport.query} */
  readonly refusal: (position: number, doing: string) => GhwError | undefined;
  /** When GitHub answered, by its own clock. ISO 8601. */
  readonly at: string;
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
  /**
   * Asks for a list of items, such as `nodes(ids:)`. An item that GitHub refuses is null in the answer, and its refusal
   * is beside it.
   *
   * `field` is the list, at the root of the query. With `isPartial`, an item that GitHub had no time for is refused alone,
   * instead of the whole request with it.
   */
  items<Answer, Variables extends object>(
    operation: Operation<Answer, Variables>,
    variables: Variables,
    about: { readonly field: string; readonly doing: string; readonly isPartial?: boolean },
  ): Promise<ItemsAnswer<Answer>>;
  rest<Answer>(call: RestCall<Answer>, doing: string): Promise<Answer>;
  /** GraphQL's budget, as the last answer said; null before the first. */
  rateLimit(): RateLimit | null;
  /** The same for requests of another purpose or urgency. */
  for(use: Use): Transport;
}

/** What requests are for, which says whose turn it is where the budget is short. */
export type Use = Pick<RequestWish, 'purpose' | 'priority'>;

const ordinary: Use = { purpose: 'work', priority: 3 };

type PartialAnswer = InstanceType<typeof GraphqlResponseError<unknown>>;
type Send = (request: { readonly fetch: typeof globalThis.fetch; readonly signal: AbortSignal }) => Promise<unknown>;

/** Binds Octokit to one server and one identity. */
export function createTransport(options: TransportOptions): Transport {
  return bind(options, options.budget ?? noBudget, ordinary);
}

function bind(options: TransportOptions, owner: Pick<Budget, 'enter'>, use: Use): Transport {
  let budget: RateLimit | null = null;
  const client = request.defaults({
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    headers: { 'user-agent': 'gh-worker', 'x-github-api-version': '2022-11-28' },
    request: { log: silent },
  });
  const graphql = withCustomRequest(client);

  /**
   * The token is read for every request and goes into nothing that could be printed or kept.
   *
   * @param salvage - what is left of an answer with errors; undefined if nothing is
   */
  async function send<Answer>(
    call: Send,
    schema: z.ZodType<Answer>,
    about: Omit<Attempt, 'secrets'>,
    salvage: (error: PartialAnswer, attempt: Attempt) => unknown,
  ): Promise<Answer> {
    const token = await options.token();
    const attempt = { ...about, secrets: [token] };
    const leave = await owner.enter({ ...use, kind: about.kind, doing: about.doing });
    const fetch = telling(authorizedFetch(options.fetch ?? globalThis.fetch, token), leave);
    const answer = await call({ fetch, signal: AbortSignal.timeout(options.timeoutMs) })
      .catch((error: unknown) => {
        const left = error instanceof GraphqlResponseError ? salvage(error, attempt) : undefined;
        if (left !== undefined) return left;
        throw classifyError(error, attempt);
      })
      .finally(() => leave());
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw unexpectedShape(parsed.error.issues, attempt);
    return parsed.data;
  }

  /** Also notes GraphQL's budget: REST has one of its own. */
  function noting(fetch: typeof globalThis.fetch, note?: (headers: ResponseHeaders) => void): typeof globalThis.fetch {
    return async (...input) => {
      const response = await fetch(...input);
      const headers = Object.fromEntries(response.headers);
      budget = readRateLimit(headers) ?? budget;
      note?.(headers);
      return response;
    };
  }

  return {
    query: (operation, variables, doing) =>
      send(
        ({ fetch, signal }) => graphql(operation.text, { ...variables, request: { fetch: noting(fetch), signal } }),
        operation.answer,
        { doing, needs: operation.needs, kind: operation.kind },
        ({ errors, data }) => (isBearable(errors, data, operation.optional) ? data : undefined),
      ),
    items: async (operation, variables, { field, doing, isPartial }) => {
      let at = new Date().toISOString();
      let refusal: ItemsAnswer<unknown>['refusal'] = () => undefined;
      const answer = await send(
        ({ fetch, signal }) =>
          graphql(operation.text, {
            ...variables,
            request: { fetch: noting(fetch, (headers) => (at = dateOf(headers) ?? at)), signal },
          }),
        operation.answer,
        { doing, needs: operation.needs, kind: operation.kind },
        ({ errors, data, headers }, attempt) => {
          const refusals = itemRefusals(errors, data, { field, ...(isPartial ? { isPartial } : {}) });
          if (refusals === null) return undefined;
          refusal = (position, doingOne) => {
            const found = refusals.get(position);
            return found && refused(found, headers, { ...attempt, doing: doingOne });
          };
          return isPartial ? withoutItems(data, field, refusals) : data;
        },
      );
      return { answer, refusal, at };
    },
    rest: ({ route, values, answer, needs }, doing) =>
      send(
        async (options) => (await client(route, { ...values, request: options })).data as unknown,
        answer,
        { doing, needs, kind: 'query' },
        () => undefined,
      ),
    rateLimit: () => budget,
    for: (other) => bind(options, owner, other),
  };
}

/** For a command, which asks a few things and ends. */
const noBudget: Pick<Budget, 'enter'> = { enter: () => Promise.resolve(() => undefined) };

/** Tells the budget's owner of the answer. */
function telling(
  fetch: typeof globalThis.fetch,
  tell: (answer: { readonly status: number; readonly headers: ResponseHeaders }) => void,
): typeof globalThis.fetch {
  return async (...input) => {
    const response = await fetch(...input);
    tell({ status: response.status, headers: Object.fromEntries(response.headers) });
    return response;
  };
}

/** What was refused is taken for absent, also where a part of it came. */
function withoutItems(data: unknown, field: string, refusals: ReadonlyMap<number, Refusal>): unknown {
  const whole = data as Readonly<Record<string, readonly unknown[]>>;
  const list = (whole[field] ?? []).map((item, position) => (refusals.has(position) ? null : item));
  return { ...whole, [field]: list };
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

function dateOf(headers: ResponseHeaders): string | undefined {
  const time = Date.parse(String(headers.date));
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function ignore(): void {
  // Octokit's only message is about deprecated routes, which says nothing to a user.
}
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
