import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf, collectAnswer, startBackend, streamAnswer, withBeginning } from '../git/http-backend.ts';
import { pushVariables } from '../git/pre-receive-hook.ts';
import { parseRefUpdates, type PushVerdict, type RefUpdate } from '../git/push.ts';
import { atLeast, canSee, permissionOf, tokenAllows } from '../model/access.ts';
import { followRefs } from '../model/pull-requests.ts';
import type { RepositoryRecord } from '../model/records.ts';
import { send, text, type Answer } from './answer.ts';
import { identify, type Identity } from './authentication.ts';
import { sendWithFault, type FaultOptions } from './faults.ts';
import type { RequestEntry } from './request-log.ts';
import type { Services } from './services.ts';

const gitPath = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface GitRequest {
  readonly nameWithOwner: string;
  readonly service: string;
  readonly isPush: boolean;
  readonly query: string;
}

/** The git request that an address names, or null if it names something else. */
export function parseGitRequest(url: URL): GitRequest | null {
  const [matched, owner = '', name = '', service = ''] = gitPath.exec(url.pathname) ?? [];
  if (matched === undefined) return null;
  const asked = url.searchParams.get('service') ?? service.slice(1);
  return {
    nameWithOwner: `${owner}/${name}`,
    service,
    isPush: asked === 'git-receive-pack',
    query: url.search.slice(1),
  };
}

function askForCredentials(message: string): Answer {
  const answer = text(401, 'text/plain', `${message}\n`);
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Basic realm="GitHub"' } };
}

/** GitHub's refusals of a fetch or push, in its order: who are you, does it exist for you, may you. */
function refuse(services: Services, git: GitRequest, identity: Identity): Answer | RepositoryRecord {
  const { store } = services.hub;
  if (identity === 'invalid') {
    return askForCredentials('Invalid username or token. Password authentication is not supported for Git operations.');
  }
  const token = identity === 'anonymous' ? null : identity;
  const repository = store.repository(git.nameWithOwner);
  if (repository === undefined || !canSee(store, repository, token)) {
    if (token === null) return askForCredentials('Repository not found.');
    return text(404, 'text/plain', 'Repository not found.\n');
  }
  if (token === null) return git.isPush ? askForCredentials('No anonymous write access.') : repository;
  const level = git.isPush ? 'write' : 'read';
  const name = store.nameWithOwner(repository);
  if (!tokenAllows(store, repository, token, ['contents', level])) {
    return text(403, 'text/plain', 'Write access to repository not granted.\n');
  }
  if (git.isPush && !atLeast(permissionOf(store, repository, token.login), 'WRITE')) {
    return text(403, 'text/plain', `Permission to ${name}.git denied to ${token.login}.\n`);
  }
  if (git.isPush && repository.isArchived) {
    return text(403, 'text/plain', 'This repository was archived so it is read-only.\n');
  }
  return repository;
}

async function readUpdates(body: Readable): Promise<{ updates: RefUpdate[]; body: Readable }> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    const updates = parseRefUpdates(bytes);
    if (updates !== null) return { updates, body: withBeginning(bytes, body) };
  }
  return { updates: [], body: withBeginning(bytes, body) };
}

function verdictOn(services: Services, push: { repository: string; login: string; updates: RefUpdate[] }): PushVerdict {
  if (push.updates.length === 0) return {};
  return Object.assign({}, ...[...services.pushHooks].map((hook) => hook(push))) as PushVerdict;
}

async function receive(
  services: Services,
  { request, response }: Exchange,
  { repository, git, identity }: { repository: RepositoryRecord; git: GitRequest; identity: Exclude<Identity, string> },
): Promise<number> {
  const { hub } = services;
  const { login } = identity;
  const { updates, body } = await readUpdates(bodyOf(request));
  const verdict = verdictOn(services, { repository: hub.store.nameWithOwner(repository), login, updates });
  const answer = await startBackend(hub.remote.git, request, body, {
    repositoryPath: hub.remote.path(repository),
    service: git.service,
    query: git.query,
    user: login,
    environment: {
      [pushVariables.mayWriteWorkflows]: identity.permissions.workflows === 'write' ? '1' : '0',
      ...(verdict.reject === undefined ? {} : { [pushVariables.rejection]: verdict.reject }),
    },
  });
  const bytes = await collectAnswer(answer);
  // Whoever has the answer to a push sees its pull requests moved.
  if (updates.length > 0) {
    hub.store.note(repository, { pushedAt: hub.now() });
    await followRefs(hub, repository, hub.store.account(login)?.id ?? null);
    await services.persist();
  }
  if (verdict.dropAfterAccept === true) {
    response.destroy();
    return 0;
  }
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(bytes.length) });
  response.end(bytes);
  return answer.status;
}

async function serve(services: Services, exchange: Exchange, git: GitRequest, identity: Identity): Promise<number> {
  const allowed = refuse(services, git, identity);
  if ('status' in allowed) {
    exchange.request.resume();
    send(exchange.response, allowed);
    return allowed.status;
  }
  if (git.service === '/git-receive-pack' && typeof identity !== 'string') {
    return receive(services, exchange, { repository: allowed, git, identity });
  }
  const { request, response } = exchange;
  const answer = await startBackend(services.hub.remote.git, request, bodyOf(request), {
    repositoryPath: services.hub.remote.path(allowed),
    service: git.service,
    query: git.query,
    user: typeof identity === 'string' ? null : identity.login,
  });
  await streamAnswer(answer, response);
  return answer.status;
}

function interrupts(fault: FaultOptions | null): boolean {
  return fault !== null && (fault.status !== undefined || fault.hang === true || fault.reset === true);
}

/** A fetch or a push. */
export async function serveGit(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  git: GitRequest,
): Promise<void> {
  const startedAt = performance.now();
  const identity = identify(services.hub.store, request.headers.authorization);
  const entry: RequestEntry = services.log.start({
    kind: 'git',
    method: request.method ?? '',
    path: `/${git.nameWithOwner}.git${git.service}`,
    userAgent: request.headers['user-agent'] ?? '',
    fields: [git.isPush ? 'git-receive-pack' : 'git-upload-pack'],
    login: typeof identity === 'string' ? null : identity.login,
  });
  const fault = services.faults.take(entry);
  if (interrupts(fault)) {
    entry.status = await sendWithFault(response, { ...fault, when: 'before' }, () =>
      Promise.reject(new Error('unused')),
    );
  } else {
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
    entry.status = await serve(services, { request, response }, git, identity);
  }
  entry.durationMs = performance.now() - startedAt;
}
