import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { ModelApi } from './apis/api.ts';
import { chatApi } from './apis/chat.ts';
import { geminiApi } from './apis/gemini.ts';
import { messagesApi } from './apis/messages.ts';
import { responsesApi } from './apis/responses.ts';
import type { ErrorReply, ModelReply } from './reply.ts';
import type { MessagesBody, ModelRequest } from './request.ts';

export type { ModelReply, ToolCall } from './reply.ts';
export type { ModelRequest } from './request.ts';

/** Says what the model answers. */
export type ModelScript = (request: ModelRequest) => ModelReply | Promise<ModelReply>;

export interface ScriptedModel {
  /** The root; the OpenAI-like APIs are below `/v1`. */
  readonly url: string;
  /** All requests for a message, in order. */
  readonly requests: readonly ModelRequest[];
  /** Method and path of requests for anything else; those that we do not know were answered 404. */
  readonly others: readonly string[];
  close(): Promise<void>;
}

const apis: readonly ModelApi[] = [messagesApi, responsesApi, geminiApi, chatApi];

/** The APIs of several providers on loopback, with one script in place of their models. Streams, or not, as asked. */
export async function startScriptedModel(script: ModelScript): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  const others: string[] = [];
  let serial = 0;

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? '/', 'http://localhost').pathname;
    const api = incoming.method === 'POST' ? apis.find((candidate) => candidate.matches(path)) : undefined;
    if (api === undefined) {
      incoming.resume();
      others.push(`${incoming.method ?? ''} ${path}`);
      answerOther(path, response);
      return;
    }
    const body = (await json(incoming)) as MessagesBody;
    const facts = api.read(incoming.headers, body);
    const turn = requests.filter((other) => other.sessionId === facts.sessionId).length + 1;
    const request: ModelRequest = { path, headers: incoming.headers, body, api: api.name, turn, ...facts };
    requests.push(request);
    serial += 1;
    respond(await script(request), { api, request, serial }, response);
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port.toString()}`,
    requests,
    others,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function answerOther(path: string, response: ServerResponse): void {
  if (path === '/v1/messages/count_tokens') sendJson(response, 200, { input_tokens: 100 });
  else {
    const missing: ErrorReply = { status: 404, type: 'not_found_error', message: `No such path: ${path}` };
    sendJson(response, 404, messagesApi.error(missing));
  }
}

interface Asking {
  readonly api: ModelApi;
  readonly request: ModelRequest;
  readonly serial: number;
}

function respond(reply: ModelReply, { api, request, serial }: Asking, response: ServerResponse): void {
  const { path, body } = request;
  if ('hang' in reply) return;
  if ('status' in reply) {
    sendJson(response, reply.status, api.error(reply), reply.headers);
    return;
  }
  if ('garbage' in reply) {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>');
    return;
  }
  const asked = { model: api.modelOf(path, body), serial };
  const isCut = 'cut' in reply;
  const answer = isCut ? { say: 'I will now' } : reply;
  if (!isCut && !api.streams(path, body)) {
    sendJson(response, 200, api.whole(answer, asked));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunks = [...api.chunks(answer, asked)];
  for (const chunk of isCut ? chunks.slice(0, Math.floor(chunks.length / 2)) : chunks) response.write(chunk);
  if (isCut) setImmediate(() => response.destroy());
  else response.end();
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
