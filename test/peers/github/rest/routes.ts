import { permissionOf, tokenAllows } from '../model/access.ts';
import type { Hub } from '../model/hub.ts';
import { endsOf } from '../model/pull-requests.ts';
import type { IssueRecord, Permission, RepositoryRecord, TokenRecord } from '../model/records.ts';
import { json, refused, text, type Answer } from '../server/answer.ts';
import { canSee } from '../model/access.ts';
import type { Services } from '../server/services.ts';
import { listRoutes, pullRequestJson } from './lists.ts';
import { Refused, accountJson, missing, repositoryPath, visible, type RestRequest, type Route } from './request.ts';

/** The five roles as the older `permission` field knows them. */
const legacyPermissions: Readonly<Record<Permission, string>> = {
  ADMIN: 'admin',
  MAINTAIN: 'write',
  WRITE: 'write',
  TRIAGE: 'read',
  READ: 'read',
};

function permission(request: RestRequest): Answer {
  const { store } = request.services.hub;
  const repository = visible(request);
  const account = store.account(request.parts[2] ?? '');
  if (repository === undefined || account === undefined) return missing;
  const role = permissionOf(store, repository, account.login);
  const name = role === null ? 'none' : legacyPermissions[role];
  const user = accountJson(request.services.hub, account);
  return json(200, { permission: name, role_name: role === null ? 'none' : role.toLowerCase(), user });
}

async function pullRequest(request: RestRequest): Promise<Answer> {
  const { hub } = request.services;
  const repository = visible(request);
  const found = repository === undefined ? undefined : hub.store.discussion(repository.id, Number(request.parts[2]));
  if (repository === undefined || found?.type !== 'PullRequest') return missing;
  if (!tokenAllows(hub.store, repository, request.token, ['pull_requests', 'read'])) {
    return refused(403, 'Resource not accessible by personal access token');
  }
  const oids = endsOf(await hub.remote.refs(repository), found);
  if (/application\/vnd\.github\.(v3\.)?diff/.test(request.accept)) {
    return text(200, 'application/vnd.github.diff', await hub.differences.text(repository, oids.baseOid, oids.headOid));
  }
  if (/application\/vnd\.github\.(v3\.)?patch/.test(request.accept)) {
    return text(
      200,
      'application/vnd.github.patch',
      await hub.differences.patches(repository, oids.baseOid, oids.headOid),
    );
  }
  return json(200, pullRequestJson(hub, repository, found, oids));
}

function issueJson(hub: Hub, issue: IssueRecord): object {
  const repository = hub.store.repositoryOf(issue.id);
  const { id: node_id, databaseId: id, number, title, body } = issue;
  return {
    ...{ id, node_id, number, title, body },
    state: issue.state === 'OPEN' ? 'open' : 'closed',
    repository_url: `${hub.baseUrl}/repos/${hub.store.nameWithOwner(repository)}`,
    html_url: hub.baseUrl + hub.discussionPath(issue),
    user: accountJson(hub, hub.store.accountById(issue.authorId)),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
  };
}

/** An issue; where it was transferred to; or that it was deleted. */
function issueIn(request: RestRequest, repository: RepositoryRecord | undefined, number: string): Answer {
  const { hub } = request.services;
  if (repository === undefined || !canSee(hub.store, repository, request.token)) return missing;
  if (!tokenAllows(hub.store, repository, request.token, ['issues', 'read'])) {
    return refused(403, 'Resource not accessible by personal access token');
  }
  const found = hub.store.discussion(repository.id, Number(number));
  if (found?.type === 'Issue') return json(200, issueJson(hub, found));
  const movedTo = repository.departed?.[number];
  if (movedTo === undefined) return missing;
  if (movedTo === null) return refused(410, 'This issue was deleted');
  const home = hub.store.find(movedTo) === undefined ? undefined : hub.store.repositoryOf(movedTo);
  if (home === undefined || !canSee(hub.store, home, request.token)) return missing;
  const location = `${hub.baseUrl}/repositories/${home.databaseId}/issues/${hub.store.get(movedTo, 'Issue').number}`;
  return json(301, { message: 'Moved Permanently', url: location }, { location });
}

function issueByName(request: RestRequest): Answer {
  const [owner = '', name = '', number = ''] = request.parts;
  return issueIn(request, request.services.hub.store.repository(`${owner}/${name}`), number);
}

function issueById(request: RestRequest): Answer {
  const [databaseId, number = ''] = request.parts;
  const repositories = request.services.hub.store.all('Repository');
  return issueIn(
    request,
    repositories.find((repository) => repository.databaseId === Number(databaseId)),
    number,
  );
}

function jobLogs(request: RestRequest): Answer {
  const { hub } = request.services;
  const repository = visible(request);
  const run = hub.store.all('CheckRun').find(({ databaseId }) => databaseId === Number(request.parts[2]));
  if (repository === undefined || run?.log == null) return missing;
  if (hub.store.repositoryOf(run.id).id !== repository.id) return missing;
  if (!tokenAllows(hub.store, repository, request.token, ['actions', 'read'])) {
    return refused(403, 'Resource not accessible by personal access token');
  }
  return { status: 302, headers: { location: `${hub.baseUrl}/_logs/${run.id}` }, body: '' };
}

function user({ services, token }: RestRequest): Answer {
  const account = services.hub.store.account(token.login);
  return account === undefined ? refused(401, 'Bad credentials') : json(200, accountJson(services.hub, account));
}

function rateLimit({ services, token }: RestRequest): Answer {
  const core = services.limiter.window(token.login, 'core');
  const graphql = services.limiter.window(token.login, 'graphql');
  return json(200, { resources: { core, graphql }, rate: core });
}

function repositoryJson(request: RestRequest): Answer {
  const { hub } = request.services;
  const repository = visible(request);
  if (repository === undefined) return missing;
  const full_name = hub.store.nameWithOwner(repository);
  const {
    databaseId: id,
    id: node_id,
    name,
    isPrivate,
    isArchived: archived,
    defaultBranch: default_branch,
  } = repository;
  const html_url = `${hub.baseUrl}/${full_name}`;
  const owner = accountJson(hub, hub.store.accountById(repository.ownerId));
  return json(200, { id, node_id, name, full_name, private: isPrivate, archived, default_branch, html_url, owner });
}

const routes: readonly Route[] = [
  [/^(?:\/api\/v3)?\/user$/, user],
  [/^(?:\/api\/v3)?\/rate_limit$/, rateLimit],
  [new RegExp(`${repositoryPath}$`), repositoryJson],
  [new RegExp(`${repositoryPath}/collaborators/([^/]+)/permission$`), permission],
  [new RegExp(`${repositoryPath}/issues/(\\d+)$`), issueByName],
  [/^(?:\/api\/v3)?\/repositories\/(\d+)\/issues\/(\d+)$/, issueById],
  [new RegExp(`${repositoryPath}/pulls/(\\d+)$`), pullRequest],
  [new RegExp(`${repositoryPath}/actions/jobs/(\\d+)/logs$`), jobLogs],
  ...listRoutes,
];

/** True for an address of the REST API, whether or not there is something behind it. */
export function isRestPath(path: string): boolean {
  return /^(?:\/api\/v3)?\/(?:repos\/|repositories\/|user$|rate_limit$)/.test(path);
}

/** The answer of the REST API to a `GET`: what has no GraphQL form, and the lists that most tools read. */
export async function answerRest(
  services: Services,
  path: string,
  caller: { readonly token: TokenRecord; readonly accept: string; readonly search: URLSearchParams },
): Promise<Answer> {
  const { limiter } = services;
  const { login } = caller.token;
  for (const [pattern, handle] of routes) {
    const [matched, ...parts] = pattern.exec(path) ?? [];
    if (matched === undefined) continue;
    if (handle !== rateLimit && !limiter.spend(login, 'core', 1)) {
      return refused(403, 'API rate limit exceeded.', limiter.headers(login, 'core'));
    }
    const excess = limiter.enter(login, { isMutation: false, content: 0, resource: 'core' });
    if (excess !== null) return excess;
    try {
      const answer = await handle({ services, ...caller, path, parts: parts.map(decodeURIComponent) });
      return { ...answer, headers: { ...limiter.headers(login, 'core'), ...answer.headers } };
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    } finally {
      limiter.leave(login, 'core');
    }
  }
  return missing;
}

/** A job's log behind the address that the route above redirects to. The address itself is the key to it. */
export function answerLog(services: Services, path: string): Answer {
  const run = services.hub.store.findOf(path.slice('/_logs/'.length), 'CheckRun');
  return run?.log == null ? missing : text(200, 'text/plain', run.log);
}
