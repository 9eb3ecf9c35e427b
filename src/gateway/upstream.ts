import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ModelApi, ModelProvider } from './apis/api.ts';

export interface UpstreamRequest {
  readonly method: string;
  /** Below the base address, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | null;
  /** Longest silence of the provider, in milliseconds. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

/** What an agent may say to its provider, besides the body. Everything else stays here. */
const passedOn =
  /^(?:accept|content-type|user-agent|x-app|anthropic-(?:version|beta)|openai-beta|session_id|x-goog-api-client)$/;
const alsoPassedOn = 'x-stainless-';

/**
 * Asks the provider. Where that is, only the configuration says; the path was checked before. Redirects are not followed.
 *
 * @throws Error if there is no answer
 */
export function askUpstream(provider: ModelProvider, api: ModelApi, asked: UpstreamRequest): Promise<IncomingMessage> {
  const url = new URL(`${provider.baseUrl.replace(/\/+$/, '')}${asked.path}`);
  for (const name of api.query) for (const value of asked.query.getAll(name)) url.searchParams.append(name, value);
  const credential = api.credential(provider.apiKey);
  const beta = [asked.headers['anthropic-beta'], credential['anthropic-beta']].filter((one) => one !== undefined);
  const headers = {
    ...Object.fromEntries(
      Object.entries(asked.headers).filter(([name]) => passedOn.test(name) || name.startsWith(alsoPassedOn)),
    ),
    // The answer has to be read on its way.
    'accept-encoding': 'identity',
    ...(asked.body === null ? {} : { 'content-length': asked.body.length.toString() }),
    ...credential,
    ...(beta.length > 1 ? { 'anthropic-beta': beta.join(',') } : {}),
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: asked.method, headers, signal: asked.signal }, resolve);
    outgoing.setTimeout(asked.silenceMs, () => outgoing.destroy(new Error('the provider said nothing for too long')));
    outgoing.once('error', reject);
    // Once there is an answer, its own stream tells of errors.
    outgoing.once('response', () => outgoing.on('error', () => undefined));
    outgoing.end(asked.body ?? undefined);
  });
}

/** What a provider may say to the agent, besides the body. */
export function answerHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept =
    /^(?:content-type|retry-after|retry-after-ms|request-id|x-request-id|x-should-retry|anthropic-ratelimit-.*|x-ratelimit-.*)$/;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (kept.test(name) && value !== undefined ? [[name, value]] : [])),
  );
}
