import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { json, refused, send, type Answer } from './answer.ts';
import type { RequestEntry } from './request-log.ts';

/** What is to go wrong. Exactly one of the kinds, besides `delayMs`, which goes with any of them. */
export interface FaultOptions {
  /**
   * Which requests: by a field at the root of the query, by the operation's name, by the beginning of the path, or by a
   * function of the log's entry. Default all.
   */
  readonly match?: string | ((request: RequestEntry) => boolean);
  /** How often. Default once; `Infinity` until removed. */
  readonly times?: number;
  /** Whether the request has its effect before the answer is lost. Default `before`. */
  readonly when?: 'before' | 'after';
  readonly delayMs?: number;
  /** An HTTP status instead of the answer: 502, 504, 429, 403 … */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** HTTP 200 with this entry of `errors` and no data. */
  readonly error?: { readonly type: string; readonly message: string };
  /** No answer at all, the connection stays open. */
  readonly hang?: boolean;
  /** The connection ends in the middle of the answer. */
  readonly truncate?: boolean;
  /** The connection ends without an answer. */
  readonly reset?: boolean;
}

export interface Fault {
  /** How many requests it has met so far. */
  readonly hits: number;
  remove(): void;
}

class ActiveFault implements Fault {
  readonly options: FaultOptions;
  hits = 0;
  isRemoved = false;

  constructor(options: FaultOptions) {
    this.options = options;
  }

  remove(): void {
    this.isRemoved = true;
  }

  meets(request: RequestEntry): boolean {
    const { match, times = 1 } = this.options;
    if (this.isRemoved || this.hits >= times) return false;
    if (match === undefined) return true;
    if (typeof match === 'function') return match(request);
    if (match.startsWith('/')) return request.path.startsWith(match);
    return request.operationName === match || request.fields.includes(match);
  }
}

/** The faults that tests have asked for, the oldest first. */
export class Faults {
  latencyMs = 0;
  #active: ActiveFault[] = [];

  add(options: FaultOptions): Fault {
    const fault = new ActiveFault(options);
    this.#active.push(fault);
    return fault;
  }

  clear(): void {
    this.#active = [];
    this.latencyMs = 0;
  }

  /** The fault that this request meets, counted as a hit. */
  take(request: RequestEntry): FaultOptions | null {
    const fault = this.#active.find((candidate) => candidate.meets(request));
    if (fault === undefined) return null;
    fault.hits += 1;
    return fault.options;
  }
}

/** The answer that a fault puts in the place of the real one, or null where it only delays or cuts it. */
function replacement(fault: FaultOptions): Answer | null {
  if (fault.error !== undefined) return json(200, { errors: [fault.error] });
  if (fault.status === undefined) return null;
  const answer = refused(fault.status, `Injected ${fault.status}`, fault.headers);
  return fault.body === undefined ? answer : { ...answer, body: fault.body };
}

/**
 * Answers a request under a fault. Without `when: 'after'`, a fault that replaces, hangs or cuts the connection keeps the
 * request from having any effect. Returns the status as it was sent; 0 if none was.
 */
export async function sendWithFault(
  response: ServerResponse,
  fault: FaultOptions | null,
  work: () => Promise<Answer>,
): Promise<number> {
  if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
  const replaced = fault === null ? null : replacement(fault);
  const isSilent = fault?.hang === true || fault?.reset === true;
  const keepsFromWork = (replaced !== null || isSilent) && fault?.when !== 'after';
  const answer = keepsFromWork ? null : await work();
  if (fault?.hang === true) return 0;
  if (fault?.reset === true) {
    response.destroy();
    return 0;
  }
  const sent = replaced ?? answer ?? refused(500, 'Nothing to answer');
  if (fault?.truncate === true) {
    await cut(response, sent);
    return sent.status;
  }
  send(response, sent);
  return sent.status;
}

async function cut(response: ServerResponse, answer: Answer): Promise<void> {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(bytes.length) });
  await new Promise((resolve) => response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), resolve));
  response.destroy();
}
