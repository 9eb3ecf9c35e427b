import { OperationTypeNode } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { RequestContext } from '../graphql/context.ts';
import { prepare, run, type GraphQLRequest, type PreparedRequest } from '../graphql/endpoint.ts';
import { contentCreating } from '../graphql/mutations/index.ts';
import type { ErrorEntry } from '../graphql/validation.ts';
import type { TokenRecord } from '../model/records.ts';
import { json, refused, type Answer } from './answer.ts';
import { identify } from './authentication.ts';
import { sendWithFault } from './faults.ts';
import type { Services } from './services.ts';

const maximumRequestBytes = 10 * 1024 * 1024;

/** Null for a body that is too large. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumRequestBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The request that a body holds, or GitHub's refusal of a body that holds none. */
function parseRequest(body: string | null): GraphQLRequest | Answer {
  if (body === null) return refused(413, 'Request body is too large');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return refused(400, 'Problems parsing JSON');
  }
  const { query, variables, operationName } = (parsed ?? {}) as Record<string, unknown>;
  if (typeof query !== 'string') return refused(400, 'A query attribute must be specified and must be a string.');
  return {
    query,
    variables: typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {},
    operationName: typeof operationName === 'string' && operationName !== '' ? operationName : null,
  };
}

type Prepared = PreparedRequest | { readonly errors: readonly ErrorEntry[] };

async function answer(services: Services, token: TokenRecord, prepared: Prepared): Promise<Answer> {
  const { hub, limiter } = services;
  const viewer = hub.store.account(token.login);
  if (viewer === undefined) return refused(401, 'Bad credentials');
  const headers = () => limiter.headers(token.login, 'graphql');
  if ('errors' in prepared) return json(200, { errors: prepared.errors }, headers());
  const { points: cost, nodes: nodeCount } = prepared.price;
  if (!limiter.spend(token.login, 'graphql', cost)) {
    const message = `API rate limit exceeded for user ID ${viewer.databaseId}.`;
    return json(200, { errors: [{ type: 'RATE_LIMITED', message }] }, headers());
  }
  const isMutation = prepared.operation.operation === OperationTypeNode.MUTATION;
  const content = prepared.rootFields.filter((field) => contentCreating.has(field)).length;
  const excess = limiter.enter(token.login, { isMutation, content });
  if (excess !== null) return excess;
  try {
    const { reset, ...window } = limiter.window(token.login, 'graphql');
    const resetAt = `${new Date(reset * 1000).toISOString().slice(0, 19)}Z`;
    const context = new RequestContext(hub, token, viewer, { ...window, cost, nodeCount, resetAt });
    const result = await run(prepared, context);
    const failure = context.failure ?? tooLong(services, nodeCount + idsOf(prepared));
    if (failure !== null) return await failed(services, token, { failure, cost });
    // What was answered is never lost, even if the server is killed right after.
    if (isMutation) await services.persist();
    return json(200, result, headers());
  } finally {
    limiter.leave(token.login);
  }
}

function idsOf({ variables }: PreparedRequest): number {
  return Array.isArray(variables.ids) ? variables.ids.length : 0;
}

type Failure = NonNullable<RequestContext['failure']>;

function tooLong({ hub }: Services, nodes: number): Failure | null {
  const limit = hub.processingLimit;
  return limit?.shows === 'time_out' && nodes > limit.nodes ? { kind: 'time_out', status: 502 } : null;
}

/** An answer without data. What took too long is charged for once more, as on GitHub. */
async function failed(
  { limiter }: Services,
  { login }: TokenRecord,
  { failure, cost }: { readonly failure: Failure; readonly cost: number },
): Promise<Answer> {
  if (failure.kind === 'time_out') {
    if (failure.afterMs !== undefined) await sleep(failure.afterMs);
    limiter.spend(login, 'graphql', cost);
    return refused(failure.status ?? 504, 'We couldn\u2019t respond to your request in time.');
  }
  return limiter.tooMany(login, failure.retryAfterSeconds, failure.status);
}

/** `POST /graphql` and `POST /api/graphql`. */
export async function serveGraphQL(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const parsed = parseRequest(await readBody(request));
  const prepared = 'query' in parsed ? prepare(parsed) : null;
  const valid = prepared !== null && 'operation' in prepared ? prepared : null;
  const startedAt = performance.now();
  const identity = identify(services.hub.store, request.headers.authorization);
  const entry = services.log.start({
    kind: 'graphql',
    method: request.method ?? '',
    path,
    userAgent: request.headers['user-agent'] ?? '',
    operation: valid?.operation.operation ?? null,
    operationName: valid?.operation.name?.value ?? null,
    fields: valid?.rootFields ?? [],
    variables: 'query' in parsed ? parsed.variables : {},
    points: valid?.price.points ?? 0,
    login: typeof identity === 'string' ? null : identity.login,
  });
  entry.status = await sendWithFault(response, services.faults.take(entry), async () => {
    if (identity === 'invalid') return refused(401, 'Bad credentials');
    if (identity === 'anonymous') return refused(401, 'This endpoint requires you to be authenticated.');
    if ('status' in parsed || prepared === null) return parsed as Answer;
    return answer(services, identity, prepared);
  });
  entry.durationMs = performance.now() - startedAt;
}
