import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerPage } from '../pages/routes.ts';
import { answerLog, answerRest, isRestPath } from '../rest/routes.ts';
import { createStatus, statusPath } from '../rest/statuses.ts';
import { refused, send, type Answer } from './answer.ts';
import { identify } from './authentication.ts';
import { sendWithFault } from './faults.ts';
import { parseGitRequest, serveGit } from './git-route.ts';
import { readBody, serveGraphQL } from './graphql-route.ts';
import type { Services } from './services.ts';

async function answerPlain(services: Services, request: IncomingMessage, url: URL): Promise<Answer> {
  const { pathname: path, searchParams: search } = url;
  const status = request.method === 'POST' ? statusPath.exec(path) : null;
  if (request.method !== 'GET' && status === null) return refused(404, 'Not Found');
  if (path.startsWith('/_logs/')) return answerLog(services, path);
  if (!isRestPath(path)) return answerPage(services.hub, path);
  const identity = identify(services.hub.store, request.headers.authorization);
  if (identity === 'invalid') return refused(401, 'Bad credentials');
  if (identity === 'anonymous') return refused(401, 'Requires authentication');
  const caller = { token: identity, accept: request.headers.accept ?? '', search };
  if (status === null) return answerRest(services, path, caller);
  const body = await readBody(request);
  if (body === null) return refused(413, 'Request body is too large');
  return createStatus({ services, ...caller, path, parts: status.slice(1) }, body);
}

async function servePlain(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const path = url.pathname;
  if (request.method !== 'POST') request.resume();
  const startedAt = performance.now();
  const identity = identify(services.hub.store, request.headers.authorization);
  const entry = services.log.start({
    kind: isRestPath(path) ? 'rest' : 'page',
    method: request.method ?? '',
    path,
    userAgent: request.headers['user-agent'] ?? '',
    login: typeof identity === 'string' ? null : identity.login,
  });
  const work = () => answerPlain(services, request, url);
  entry.status = await sendWithFault(response, services.faults.take(entry), work);
  entry.durationMs = performance.now() - startedAt;
}

async function route(services: Services, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (services.faults.latencyMs > 0) await sleep(services.faults.latencyMs);
  const git = parseGitRequest(url);
  if (git !== null) return serveGit(services, request, response, git);
  if (request.method === 'POST' && /^\/(api\/)?graphql$/.test(url.pathname)) {
    return serveGraphQL(services, request, response, url.pathname);
  }
  return servePlain(services, request, response, url);
}

/** The server before it listens. A fault of its own becomes status 500, is written out, and stops nothing else. */
export function createGitHubServer(services: Services): Server {
  return createServer((request, response) => {
    response.setHeader('date', new Date(services.hub.now()).toUTCString());
    route(services, request, response).catch((error: unknown) => {
      // The client went away in the middle of its request.
      if (request.destroyed && !request.complete) return;
      process.stderr.write(
        `local GitHub: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      if (response.headersSent) response.destroy();
      else send(response, refused(500, 'The local GitHub failed'));
    });
  });
}
