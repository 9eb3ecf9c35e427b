import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createSpendMeter } from '../../src/agents/spend-meter.ts';
import type { ApiName } from '../../src/gateway/apis/api.ts';
import { startScriptedModel, type ModelScript, type ScriptedModel } from '../peers/model/scripted-model.ts';
import { dollarTokens, post, REAL_KEY, startGateway, type TestGateway } from './support.ts';

let model: ScriptedModel;
let script: ModelScript = () => ({ say: 'Hello.' });
const open: TestGateway[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  model = await startScriptedModel((request) => script(request));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()));
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

afterAll(async () => {
  await model.close();
});

async function gatewayTo(...args: Parameters<typeof startGateway>): Promise<TestGateway> {
  const gateway = await startGateway(...args);
  open.push(gateway);
  return gateway;
}

/** A provider of a test's own. */
async function serve(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
}

interface Shape {
  readonly api: ApiName;
  readonly base: string;
  readonly path: string;
  readonly stream: string;
  readonly body: object;
}

const user = [{ role: 'user', content: 'Hi' }];
const shapes: readonly Shape[] = [
  {
    api: 'anthropic',
    base: '',
    path: '/v1/messages?beta=true',
    stream: '/v1/messages?beta=true',
    body: { model: 'm', max_tokens: 10, messages: user },
  },
  {
    api: 'openai',
    base: '/v1',
    path: '/responses',
    stream: '/responses',
    body: { model: 'm', input: [{ type: 'message', ...user[0] }] },
  },
  {
    api: 'openai',
    base: '/v1',
    path: '/chat/completions',
    stream: '/chat/completions',
    body: { model: 'm', messages: user },
  },
  {
    api: 'google',
    base: '',
    path: '/v1beta/models/m:generateContent',
    stream: '/v1beta/models/m:streamGenerateContent?alt=sse',
    body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
  },
];

describe.each(shapes)('a gateway to $api $path', ({ api, base, path, stream, body }) => {
  it('gives the provider the real key, and counts whole answers and streams alike', async () => {
    const gateway = await gatewayTo(api, `${model.url}${base}`);

    const whole = await gateway.ask(path, body);
    const streamed = await gateway.ask(stream, { ...body, ...(api === 'google' ? {} : { stream: true }) });

    expect([whole.status, streamed.status]).toEqual([200, 200]);
    expect(whole.body).toContain('Hello.');
    expect(streamed.body).toContain('data: ');
    expect(model.requests.slice(-2).map(({ key }) => key)).toEqual([REAL_KEY, REAL_KEY]);
    expect(gateway.calls).toMatchObject(
      [1, 2].map(() => ({
        model: 'm',
        status: 200,
        estimated: false,
        usage: { inputTokens: 100, cachedInputTokens: 40, outputTokens: 20 },
      })),
    );
    expect(gateway.meter.spentUsd).toBe(200);
  });

  it('refuses in the API’s own shape once the budget is spent', async () => {
    const gateway = await gatewayTo(api, `${model.url}${base}`, {
      meter: createSpendMeter({ prices: dollarTokens, limitUsd: 150 }),
    });

    const statuses = [];
    for (let call = 0; call < 4; call += 1) statuses.push(await gateway.ask(path, body));

    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 400, 400]);
    expect(JSON.parse(statuses[2]?.body ?? '')).toMatchObject({
      error: { message: expect.stringContaining('budget') as unknown },
    });
    expect([gateway.refused(), gateway.meter.spentUsd]).toEqual([2, 200]);
  });

  it('passes errors of the provider on, and notes how long it asks to wait', async () => {
    script = () => ({ status: 529, type: 'overloaded', message: 'Too much.', headers: { 'retry-after': '7' } });
    const gateway = await gatewayTo(api, `${model.url}${base}`);

    const { status, headers } = await gateway.ask(path, body);
    const { waitMs } = gateway.meter;
    script = () => ({ say: 'Hello.' });
    await gateway.ask(path, body);

    expect([status, headers['retry-after']]).toEqual([529, '7']);
    // How long to wait is known until a call is answered, which costs.
    expect([waitMs, gateway.meter.waitMs]).toEqual([7_000, null]);
  });

  it('books a stream that breaks off by what came', async () => {
    script = () => ({ cut: true });
    const gateway = await gatewayTo(api, `${model.url}${base}`);

    await expect(gateway.ask(stream, { ...body, ...(api === 'google' ? {} : { stream: true }) })).rejects.toThrow();
    script = () => ({ say: 'Hello.' });

    expect(gateway.calls).toMatchObject([{ estimated: true }]);
    expect(gateway.meter.usage.outputTokens).toBeGreaterThan(0);
  });
});

describe('a gateway', () => {
  const message = { model: 'm', max_tokens: 10, messages: user };

  it('answers nobody without the token of its run, and asks nobody for them', async () => {
    const gateway = await gatewayTo('anthropic', model.url);
    const before = model.requests.length;

    const shown: Record<string, string>[] = [
      {},
      { 'x-api-key': REAL_KEY },
      { authorization: 'Bearer ' },
      { 'x-goog-api-key': `${gateway.token}x` },
    ];
    const replies = await Promise.all(shown.map((headers) => gateway.ask('/v1/messages', message, headers)));
    const known = await gateway.ask('/v1/messages', message, { 'x-api-key': gateway.token });

    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(known.status).toBe(200);
    expect(model.requests.length).toBe(before + 1);
  });

  it.each([
    ['a path that is no model’s', 'anthropic', '/v1/files', {}, 404],
    ['a way around', 'anthropic', '/v1/messages/../files', {}, 404],
    ['a way around, in disguise', 'anthropic', '/v1/messages/%2e%2e/files', {}, 404],
    ['an address of its own choice', 'anthropic', 'http://127.0.0.1:1/v1/messages', {}, 404],
    ['batches', 'anthropic', '/v1/messages/batches', {}, 404],
    ['another provider’s path', 'openai', '/v1/messages', {}, 404],
    ['reading what is not there to read', 'openai', '/v1/responses', undefined, 404],
    ['what is no object', 'anthropic', '/v1/messages', [1], 400],
    ['what is no JSON', 'anthropic', '/v1/messages', '{', 400],
    ['a search of the provider', 'anthropic', '/v1/messages', { tools: [{ type: 'web_search_20250305' }] }, 403],
    ['a server of its own', 'anthropic', '/v1/messages', { mcp_servers: [{ url: 'https://evil.test' }] }, 403],
    [
      'an image from an address',
      'anthropic',
      '/v1/messages',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://evil.test' } }] }] },
      403,
    ],
    [
      'a server behind a tool',
      'openai',
      '/v1/responses',
      { tools: [{ type: 'mcp', server_url: 'https://evil.test' }] },
      403,
    ],
    [
      'an image from an address, there',
      'openai',
      '/v1/chat/completions',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://evil.test' } }] }] },
      403,
    ],
    ['a search of Google', 'google', '/v1beta/models/m:generateContent', { tools: [{ googleSearch: {} }] }, 403],
    ['a file of Google', 'google', '/v1beta/models/../files/m:generateContent', {}, 404],
  ] as const)('refuses %s', async (...[, api, path, body, status]) => {
    const gateway = await gatewayTo(api, model.url);
    const before = model.requests.length + model.others.length;

    const reply = await gateway.ask(path, body);

    expect(reply.status).toBe(status);
    expect(model.requests.length + model.others.length).toBe(before);
  });

  it('refuses a body that is too large, and one that it cannot read', async () => {
    const gateway = await gatewayTo('anthropic', model.url, { limits: { bodyBytes: 100 } });

    const large = await gateway.ask('/v1/messages', { ...message, system: 'x'.repeat(200) });
    const token = { authorization: `Bearer ${gateway.token}` };
    const packed = await gateway.ask('/v1/messages', message, { ...token, 'content-encoding': 'gzip' });

    expect([large.status, packed.status]).toEqual([413, 415]);
  });

  it('follows no redirect', async () => {
    const elsewhere = await serve((_request, response) => response.end('reached'));
    const provider = await serve((_request, response) => response.writeHead(307, { location: elsewhere }).end());
    const gateway = await gatewayTo('anthropic', provider);

    const reply = await gateway.ask('/v1/messages', message);

    expect(reply.status).toBe(502);
    expect(reply.body).not.toContain('reached');
  });

  it('says that a provider cannot be reached, or says nothing for too long', async () => {
    const silent = await serve(() => undefined);
    const gone = await gatewayTo('anthropic', 'http://127.0.0.1:1');
    const waiting = await gatewayTo('anthropic', silent, { limits: { silenceMs: 50 } });

    const replies = await Promise.all([gone, waiting].map((gateway) => gateway.ask('/v1/messages', message)));

    expect(replies.map(({ status }) => status)).toEqual([502, 502]);
  });

  it('passes a stream on as it comes, and nothing of the agent’s headers but what the API knows', async () => {
    let finish = (): void => undefined;
    let seen: NodeJS.Dict<string | string[]> = {};
    const provider = await serve((request, response) => {
      seen = request.headers;
      response.writeHead(200, { 'content-type': 'text/event-stream', 'set-cookie': 'a=b' });
      response.write('data: {"type":"ping"}\n\n');
      finish = () => response.end('data: {"type":"message_stop"}\n\n');
    });
    const gateway = await gatewayTo('anthropic', provider);
    const headers = { 'x-api-key': gateway.token, cookie: 'c=d', 'x-forwarded-for': '::1', 'anthropic-version': '1' };

    const first = await new Promise<string>((resolve, reject) => {
      fetch(`http://127.0.0.1:${String(gateway.port)}/v1/messages`, {
        method: 'POST',
        headers,
        body: JSON.stringify(message),
      })
        .then(async (answer) => {
          const reader = answer.body?.getReader();
          resolve(
            `${Buffer.from((await reader?.read())?.value ?? []).toString()}${String(answer.headers.get('set-cookie'))}`,
          );
          finish();
          await reader?.read();
        })
        .catch(reject);
    });

    expect(first).toBe('data: {"type":"ping"}\n\nnull');
    expect(seen).toMatchObject({ 'anthropic-version': '1', 'x-api-key': REAL_KEY });
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['cookie', 'x-forwarded-for', 'authorization']));
  });

  it('sends the token of a subscription as a login, beside what the agent says of itself', async () => {
    const apiKey = 'sk-ant-oat01-of-nobody';
    const gateway = await gatewayTo('anthropic', model.url, {
      provider: { api: 'anthropic', baseUrl: model.url, apiKey },
    });
    const said = { 'x-api-key': gateway.token, 'anthropic-beta': 'claude-code-20250219', 'x-app': 'cli' };

    await gateway.ask('/v1/messages', message, said);

    expect(model.requests.at(-1)?.headers).toMatchObject({
      ...{ authorization: `Bearer ${apiKey}`, 'x-app': 'cli' },
      'anthropic-beta': 'claude-code-20250219,oauth-2025-04-20',
    });
    expect(model.requests.at(-1)?.headers).not.toHaveProperty('x-api-key');
  });

  it('listens on a socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ghw-gateway-'));
    const socketPath = join(directory, 'model.sock');
    const gateway = await gatewayTo('anthropic', model.url, { socketPath });

    const reply = await post({ socketPath, path: '/v1/messages', headers: { 'x-api-key': gateway.token } }, message);
    await rm(directory, { recursive: true });

    expect([reply.status, gateway.port]).toEqual([200, null]);
  });

  it('lets one call at most go beyond the budget, also of those that come together', async () => {
    const gateway = await gatewayTo('anthropic', model.url, {
      meter: createSpendMeter({ prices: dollarTokens, limitUsd: 250 }),
    });

    const replies = await Promise.all(Array.from({ length: 8 }, () => gateway.ask('/v1/messages', message)));

    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 400, 400, 400, 400, 400]);
    expect(gateway.meter.spentUsd).toBe(300);
  });

  it('lets calls go out together while they cannot reach the budget', async () => {
    let together = 0;
    let release = (): void => undefined;
    const all = new Promise<void>((done) => (release = done));
    script = async () => {
      together += 1;
      if (together === 3) release();
      await all;
      return { say: 'Hello.' };
    };
    const gateway = await gatewayTo('anthropic', model.url, {
      meter: createSpendMeter({ prices: dollarTokens, limitUsd: 1_000_000 }),
    });

    const replies = await Promise.all(Array.from({ length: 3 }, () => gateway.ask('/v1/messages', message)));
    script = () => ({ say: 'Hello.' });

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
