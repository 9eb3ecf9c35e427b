import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The GraphQL request; empty for REST. */
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is text. */
  readonly body?: unknown;
  /** `hang`: never answers. `break`: promises more bytes than it sends. `stall`: sends a part and then nothing more. */
  readonly fault?: 'hang' | 'break' | 'stall';
}

export interface AnsweringServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** A server that says what a test wants, for what a faithful GitHub would not say on demand. */
export async function startAnsweringServer(answer: (request: SeenRequest) => Answer): Promise<AnsweringServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = (text === '' ? {} : JSON.parse(text)) as Partial<SeenRequest>;
      const one: SeenRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        query: body.query ?? '',
        variables: body.variables ?? {},
      };
      seen.push(one);
      const { status = 200, headers = {}, body: content = '', fault } = answer(one);
      if (fault === 'hang') return;
      const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': bytes.length + (fault === undefined ? 0 : 10),
        ...headers,
      });
      if (fault === undefined) response.end(bytes);
      else response.write(bytes, () => fault === 'break' && response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
