import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Git } from './git.ts';

export interface BackendRequest {
  readonly repositoryPath: string;
  /** `/info/refs`, `/git-upload-pack` or `/git-receive-pack`. */
  readonly service: string;
  readonly query: string;
  /** Who pushes; null for reading only. */
  readonly user: string | null;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The body of a git request as it was before compression. */
export function bodyOf(request: IncomingMessage): Readable {
  if (request.headers['content-encoding'] !== 'gzip') return request;
  const unpacked = createGunzip();
  pipeline(request, unpacked).catch(() => unpacked.destroy());
  return unpacked;
}

function environment(git: Git, request: IncomingMessage, backend: BackendRequest): Record<string, string> {
  const protocol = request.headers['git-protocol'];
  return {
    ...git.environment(),
    ...backend.environment,
    GIT_PROJECT_ROOT: backend.repositoryPath,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: backend.service,
    QUERY_STRING: backend.query,
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    REMOTE_ADDR: '127.0.0.1',
    ...(typeof protocol === 'string' ? { GIT_PROTOCOL: protocol } : {}),
    ...(backend.user === null ? {} : { REMOTE_USER: backend.user }),
  };
}

/** Splits what a CGI program prints into its headers and its body. */
async function readHeaders(output: Readable): Promise<{ headers: Map<string, string>; rest: Buffer }> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of output.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const lines = bytes.subarray(0, end).toString().split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    return { headers, rest: bytes.subarray(end + 4) };
  }
  throw new Error('git http-backend ended without an answer.');
}

/** What git answers: the head is known, the body still flows. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly beginning: Buffer;
  readonly rest: Readable;
  /** Resolves when git has ended. */
  readonly ended: Promise<void>;
  kill(): void;
}

/** Runs `git http-backend` for one request, feeding it the body. */
export async function startBackend(
  git: Git,
  request: IncomingMessage,
  body: Readable,
  backend: BackendRequest,
): Promise<BackendAnswer> {
  const child = spawn('git', ['http-backend'], {
    cwd: backend.repositoryPath,
    env: environment(git, request, backend),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve, reject) => child.once('close', () => resolve()).once('error', reject));
  // Git stops reading once it has refused; the client learns it from the answer.
  pipeline(body, child.stdin).catch(() => undefined);
  const { headers, rest } = await readHeaders(child.stdout);
  const status = Number((headers.get('status') ?? '200').slice(0, 3));
  headers.delete('status');
  return {
    status,
    headers: Object.fromEntries(headers),
    beginning: rest,
    rest: child.stdout,
    ended,
    kill: () => void child.kill(),
  };
}

/** Passes git's answer on as it comes. */
export async function streamAnswer(answer: BackendAnswer, response: ServerResponse): Promise<void> {
  response.once('close', () => {
    if (!response.writableFinished) answer.kill();
  });
  response.writeHead(answer.status, answer.headers);
  response.write(answer.beginning);
  await Promise.all([pipeline(answer.rest, response).catch(() => undefined), answer.ended]);
}

/** Waits until git has ended; its whole answer. */
export async function collectAnswer(answer: BackendAnswer): Promise<Buffer> {
  const [rest] = await Promise.all([answer.rest.toArray() as Promise<Buffer[]>, answer.ended]);
  return Buffer.concat([answer.beginning, ...rest]);
}

/** A body of which the beginning has been read already. */
export function withBeginning(beginning: Buffer, rest: Readable): Readable {
  const whole = new PassThrough();
  whole.write(beginning);
  pipeline(rest, whole).catch(() => whole.destroy());
  return whole;
}
