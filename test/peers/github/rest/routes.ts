import { permissionOf, tokenAllows } from '../model/access.ts';
import type { Hub } from '../model/hub.ts';
import { endsOf } from '../model/pull-requests.ts';
import type {
  AccountRecord,
  IssueRecord,
  Permission,
  PullRequestRecord,
  RepositoryRecord,
  TokenRecord,
} from '../model/records.ts';
import { json, refused, text, type Answer } from '../server/answer.ts';
import { canSee } from '../model/access.ts';
import type { Services } from '../server/services.ts';

interface RestRequest {
  readonly services: Services;
  readonly token: TokenRecord;
  readonly accept: string;
  /** What the path's groups matched. */
  readonly parts: readonly string[];
}

type Route = readonly [RegExp, (request: RestRequest) => Answer | Promise<Answer>];

/** The five roles as the older `permission` field knows them. */
const legacyPermissions: Readonly<Record<Permission, string>> = {
  ADMIN: 'admin',
  MAINTAIN: 'write',
  WRITE: 'write',
  TRIAGE: 'read',
  READ: 'read',
};

const missing = refused(404, 'Not Found');

function visible({ services, token, parts }: RestRequest): RepositoryRecord | undefined {
  const { store } = services.hub;
  const repository = store.repository(`${parts[0] ?? ''}/${parts[1] ?? ''}`);
  return repository !== undefined && canSee(store, repository, token) ? repository : undefined;
}

function accountJson(hub: Hub, account: AccountRecord): object {
  const login = account.type === 'Bot' ? `${account.login}[bot]` : account.login;
  const { id: node_id, databaseId: id, type, name, email } = account;
  return { login, id, node_id, type, name, email, html_url: `${hub.baseUrl}/${account.login}` };
}

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

function pullRequestJson(
  hub: Hub,
  repository: RepositoryRecord,
  pullRequest: PullRequestRecord,
  oids: ReturnType<typeof endsOf>,
) {
  const { id: node_id, databaseId: id, number, title, body, isDraft: draft } = pullRequest;
  return {
    id,
    node_id,
    number,
    title,
    body,
    draft,
    state: pullRequest.state === 'OPEN' ? 'open' : 'closed',
    merged: pullRequest.state === 'MERGED',
    html_url: hub.baseUrl + hub.discussionPath(pullRequest),
    user: accountJson(hub, hub.store.accountById(pullRequest.authorId)),
    head: { ref: pullRequest.headRefName, sha: oids.headOid },
    base: { ref: pullRequest.baseRefName, sha: oids.baseOid, repo: { full_name: hub.store.nameWithOwner(repository) } },
    created_at: pullRequest.createdAt,
    updated_at: pullRequest.updatedAt,
    closed_at: pullRequest.closedAt,
    merged_at: pullRequest.mergedAt,
    merge_commit_sha: pullRequest.mergeCommitOid,
  };
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

const repositoryPath = String.raw`^(?:/api/v3)?/repos/([^/]+)/([^/]+)`;

const routes: readonly Route[] = [
  [/^(?:\/api\/v3)?\/user$/, user],
  [/^(?:\/api\/v3)?\/rate_limit$/, rateLimit],
  [new RegExp(`${repositoryPath}$`), repositoryJson],
  [new RegExp(`${repositoryPath}/collaborators/([^/]+)/permission$`), permission],
  [new RegExp(`${repositoryPath}/issues/(\\d+)$`), issueByName],
  [/^(?:\/api\/v3)?\/repositories\/(\d+)\/issues\/(\d+)$/, issueById],
  [new RegExp(`${repositoryPath}/pulls/(\\d+)$`), pullRequest],
  [new RegExp(`${repositoryPath}/actions/jobs/(\\d+)/logs$`), jobLogs],
];

/** True for an address of the REST API, whether or not there is something behind it. */
export function isRestPath(path: string): boolean {
  return /^(?:\/api\/v3)?\/(?:repos\/|repositories\/|user$|rate_limit$)/.test(path);
}

/** The answer of the REST API to a `GET`; everything that has a GraphQL form is left to GraphQL. */
export async function answerRest(
  services: Services,
  path: string,
  { token, accept }: { readonly token: TokenRecord; readonly accept: string },
): Promise<Answer> {
  for (const [pattern, handle] of routes) {
    const [matched, ...parts] = pattern.exec(path) ?? [];
    if (matched === undefined) continue;
    if (handle !== rateLimit && !services.limiter.spend(token.login, 'core', 1)) {
      return refused(403, 'API rate limit exceeded.', services.limiter.headers(token.login, 'core'));
    }
    const answer = await handle({ services, token, accept, parts: parts.map(decodeURIComponent) });
    return { ...answer, headers: { ...services.limiter.headers(token.login, 'core'), ...answer.headers } };
  }
  return missing;
}

/** A job's log behind the address that the route above redirects to. The address itself is the key to it. */
export function answerLog(services: Services, path: string): Answer {
  const run = services.hub.store.findOf(path.slice('/_logs/'.length), 'CheckRun');
  return run?.log == null ? missing : text(200, 'text/plain', run.log);
}
