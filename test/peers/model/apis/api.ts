import type { IncomingHttpHeaders } from 'node:http';
import type { Answer, ErrorReply } from '../reply.ts';
import type { ApiName, RequestFacts } from '../request.ts';

export interface Asked {
  readonly model: string;
  /** Counts all answers, so that every id is given once. */
  readonly serial: number;
}

/** One provider's way to ask a model. */
export interface ModelApi {
  readonly name: ApiName;
  matches(path: string): boolean;
  read(headers: IncomingHttpHeaders, body: unknown): RequestFacts;
  modelOf(path: string, body: unknown): string;
  streams(path: string, body: unknown): boolean;
  whole(answer: Answer, asked: Asked): unknown;
  /** The stream's events, as text that is written as it is. A stream that is cut ends behind the first half of them. */
  chunks(answer: Answer, asked: Asked): Iterable<string>;
  error(reply: ErrorReply): unknown;
}

/** A header that is there once. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

export function bearer(headers: IncomingHttpHeaders): string | undefined {
  return header(headers, 'authorization')?.replace(/^Bearer /, '');
}

/** The calls of a reply, and what is said before them. */
export function partsOf(answer: Answer): {
  say: string | undefined;
  calls: readonly { name: string; input: unknown }[];
} {
  if ('answer' in answer) return { say: JSON.stringify(answer.answer), calls: [] };
  if ('call' in answer) return { say: answer.say, calls: 'name' in answer.call ? [answer.call] : answer.call };
  return { say: answer.say, calls: [] };
}
