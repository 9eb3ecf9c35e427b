import type { ServerResponse } from 'node:http';

const documentationUrl = 'https://docs.github.com/rest';

/** What a route answers, before faults are applied to it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** A refusal of the kind that GitHub gives outside of GraphQL. */
export function refused(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(status, { message, documentation_url: documentationUrl, status: String(status) }, headers);
}

export function text(status: number, type: string, body: string): Answer {
  return { status, headers: { 'content-type': `${type}; charset=utf-8` }, body };
}

export function send(response: ServerResponse, answer: Answer): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(bytes.length) });
  response.end(bytes);
}
