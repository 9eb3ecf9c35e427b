import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { eventsOf, messageOf, type ModelReply } from './reply.ts';
import { readRequest, type MessagesBody, type ModelRequest } from './request.ts';

export type { ModelReply, ToolCall } from './reply.ts';
export type { ModelRequest } from './request.ts';

/** Says what the model answers. */
export type ModelScript = (request: ModelRequest) => ModelReply | Promise<ModelReply>;

export interface ScriptedModel {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** All requests for a message, in order. */
  readonly requests: readonly ModelRequest[];
  /** Method and path of requests for anything else; those that we do not know were answered 404. */
  readonly others: readonly string[];
  close(): Promise<void>;
}

/** The Anthropic Messages API on loopback, with a script in place of a model. Streams, or not, as asked. */
export async function startScriptedModel(script: ModelScript): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  const others: string[] = [];
  let serial = 0;

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? '/', 'http://localhost').pathname;
    if (incoming.method !== 'POST' || path !== '/v1/messages') {
      incoming.resume();
      others.push(`${incoming.method ?? ''} ${path}`);
      answerOther(path, response);
      return;
    }
    const body = (await json(incoming)) as MessagesBody;
    const request = readRequest(
      path,
      incoming.headers,
      body,
      (session) => requests.filter((other) => other.sessionId === session).length + 1,
    );
    requests.push(request);
    serial += 1;
    respond(await script(request), body, response, serial);
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
  else sendJson(response, 404, apiError('not_found_error', `No such path: ${path}`));
}

function respond(reply: ModelReply, body: MessagesBody, response: ServerResponse, serial: number): void {
  if ('hang' in reply) return;
  if ('status' in reply) {
    sendJson(response, reply.status, apiError(reply.type, reply.message), reply.headers);
    return;
  }
  if ('garbage' in reply) {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>');
    return;
  }
  const message = messageOf('cut' in reply ? { say: 'I will now' } : reply, body.model ?? 'scripted', serial);
  if (message === null) throw new Error(`A reply that says nothing: ${JSON.stringify(reply)}`);
  if (body.stream !== true && !('cut' in reply)) {
    sendJson(response, 200, message);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of eventsOf(message)) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    if ('cut' in reply && event.type === 'content_block_delta') {
      setImmediate(() => response.destroy());
      return;
    }
  }
  response.end();
}

function apiError(type: string, message: string): unknown {
  return { type: 'error', error: { type, message }, request_id: 'req_scripted' };
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
