import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SpendMeter } from '../agents/spend-meter.ts';
import type { ModelUsage } from '../domain/money/prices.ts';
import { retryAfterMs } from '../domain/retry-after.ts';
import type { Admission } from './admission.ts';
import { createAnswerReader } from './answer-reader.ts';
import type { ModelApi, ModelProvider, RequestFacts, Route } from './apis/api.ts';
import { readBody, type Body } from './read-body.ts';
import { answerHeaders, askUpstream } from './upstream.ts';

/** A call of the model that reached its provider. */
export interface ModelCall {
  readonly model: string;
  readonly usage: ModelUsage;
  /** True where the answer broke off, or told no usage. */
  readonly estimated: boolean;
  readonly costUsd: number;
  /** ISO 8601; when the answer ended. */
  readonly at: string;
  readonly status: number;
}

/** What a run may ask of its gateway. */
export interface GatewayLimits {
  readonly bodyBytes: number;
  /** Connections of one run at a time. */
  readonly connections: number;
  /** For a request to arrive whole, in milliseconds. */
  readonly requestMs: number;
  /** Longest silence of the provider, in milliseconds. A model may think for minutes. */
  readonly silenceMs: number;
}

export interface CallContext {
  readonly api: ModelApi;
  readonly provider: ModelProvider;
  readonly meter: SpendMeter;
  readonly admission: Admission;
  readonly limits: GatewayLimits;
  readonly isOurs: boolean;
  readonly onCall: (call: ModelCall) => void;
  readonly onLimit: () => void;
}

/** Most that any model writes in one answer, in tokens, where a request sets no limit. */
const MOST_OUTPUT = 128_000;
/** Too many requests, unavailable, overloaded. */
const BUSY: ReadonlySet<number> = new Set([429, 503, 529]);
/** What providers add to a request by themselves, in tokens. */
const ADDED_INPUT = 10_000;

/** Answers one request of the agent: refuses it, or passes it on and counts. */
export async function serveCall(call: CallContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { api, limits, isOurs } = call;
  const refuse = (status: number, message: string): void => sendError(api, response, { status, message });
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  if (!isOurs) return refuse(401, 'This is not the token of this run.');
  const route = api.routes.find((candidate) => candidate.method === request.method && candidate.path.test(path));
  if (!route) return refuse(404, `${request.method ?? ''} ${path} is no path of the model that this run may ask.`);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return refuse(415, `A body in ${encoding} cannot be read here.`);
  const body = route.method === 'POST' ? await readBody(request, limits.bodyBytes) : null;
  if (body === 'too_large') return refuse(413, `A request may have ${limits.bodyBytes.toString()} bytes.`);
  if (body?.json === null) return refuse(400, 'The body is no JSON object.');
  const facts = api.readRequest(path, body?.json ?? {});
  if (facts.reachesOut !== null) return refuse(403, `Not from a cage without a network: ${facts.reachesOut}.`);
  await passOn(call, { route, path, query, facts, body }, { request, response });
}

interface Accepted {
  readonly route: Route;
  readonly path: string;
  readonly query: string;
  readonly facts: RequestFacts;
  readonly body: Body | null;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function passOn(call: CallContext, accepted: Accepted, { request, response }: Exchange): Promise<void> {
  const { api, meter, admission, provider, limits } = call;
  const { route, path, query, facts, body } = accepted;
  const leave = route.paid ? await admission.enter(mostItCosts(meter, facts, body)) : () => undefined;
  if (leave === null) {
    call.onLimit();
    const message = 'The budget of this run is spent. It ends here; what was done is kept.';
    return sendError(api, response, { status: 400, message });
  }
  // Whoever asked may have gone while it waited.
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    if (response.destroyed) return;
    const json = body?.json ?? null;
    const answer = await askUpstream(provider, api, {
      method: route.method,
      path,
      query: new URLSearchParams(query),
      headers: request.headers,
      body: json === null ? null : Buffer.from(JSON.stringify(api.prepare?.(json) ?? json)),
      silenceMs: limits.silenceMs,
      signal: gone.signal,
    });
    const status = answer.statusCode ?? 502;
    if (route.paid) meter.waitMs = waitOf(status, answer.headers['retry-after']);
    if (status >= 300 && status < 400) {
      answer.destroy();
      return sendError(api, response, { status: 502, message: 'The provider sent a redirect, which is not followed.' });
    }
    await relay(call, { facts, body, answer, status, counted: route.paid && status < 300 }, response);
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy();
    else sendError(api, response, { status: 502, message: `The provider cannot be reached: ${codeOf(error)}.` });
  } finally {
    leave();
  }
}

interface Relayed {
  readonly facts: RequestFacts;
  readonly body: Body | null;
  readonly answer: IncomingMessage;
  readonly status: number;
  readonly counted: boolean;
}

/** Passes an answer on, byte by byte as it comes, and books it at its end, whatever end that is. */
async function relay(call: CallContext, relayed: Relayed, response: ServerResponse): Promise<void> {
  const { meter, api } = call;
  const { facts, body, answer, status, counted } = relayed;
  const reader = createAnswerReader(api, answer.headers['content-type'] ?? '', body?.bytes ?? 0);
  response.writeHead(status, answerHeaders(answer.headers));
  response.flushHeaders();
  let whole = false;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      if (counted) reader.push(chunk);
      if (response.destroyed) break;
      if (!response.write(chunk)) await drained(response);
    }
    whole = answer.complete && !response.destroyed;
  } finally {
    if (counted) {
      const read = reader.end(whole);
      const model = read.model ?? facts.model;
      meter.record(model, read.usage);
      const costUsd = meter.price(model, read.usage);
      const { usage, estimated } = read;
      call.onCall({ model, usage, estimated, costUsd, at: new Date().toISOString(), status });
    }
    if (whole) response.end();
    else response.destroy();
  }
}

/** Only a refusal that says when to come back is one to wait for. */
function waitOf(status: number, retryAfter: string | undefined): number | null {
  return BUSY.has(status) ? retryAfterMs(retryAfter, Date.now()) : null;
}

async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((done) => {
    response.once('drain', done);
    response.once('close', done);
  });
}

/** A token is at least a byte, and nothing costs more than input that is written to the cache. */
function mostItCosts(meter: SpendMeter, facts: RequestFacts, body: Body | null): number {
  if (facts.openEnded) return Infinity;
  const inputTokens = (body?.bytes ?? 0) + ADDED_INPUT;
  return meter.price(facts.model, {
    inputTokens,
    cacheWriteTokens: inputTokens,
    cachedInputTokens: 0,
    outputTokens: facts.maxOutputTokens ?? MOST_OUTPUT,
  });
}

function sendError(api: ModelApi, response: ServerResponse, refusal: { status: number; message: string }): void {
  if (response.destroyed) return;
  const text = JSON.stringify(api.error(refusal.status, refusal.message));
  // No agent is to try again what will be refused again.
  const final = refusal.status < 500 ? { 'x-should-retry': 'false' } : {};
  response.writeHead(refusal.status, { 'content-type': 'application/json', ...final });
  response.end(text);
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
