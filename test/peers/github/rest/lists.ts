import { endsOf } from '../model/pull-requests.ts';
import type { CheckRunRecord, PullRequestRecord, RepositoryRecord } from '../model/records.ts';
import type { Hub } from '../model/hub.ts';
import { rollup, rollupState } from '../graphql/resolvers/checks.ts';
import { json, type Answer } from '../server/answer.ts';
import { accountJson, missing, repositoryPath, visible, type RestRequest, type Route } from './request.ts';

export function pullRequestJson(
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

/** One page, with the address of the next in the `link` header. */
function page<T>(items: readonly T[], { services, path, search }: RestRequest): readonly [readonly T[], string | null] {
  const size = Math.min(Math.max(Number(search.get('per_page') ?? 30) || 30, 1), 100);
  const number = Math.max(Number(search.get('page') ?? 1) || 1, 1);
  const end = number * size;
  const next = new URLSearchParams(search);
  next.set('page', String(number + 1));
  const link = end < items.length ? `<${services.hub.baseUrl}${path}?${next.toString()}>; rel="next"` : null;
  return [items.slice(end - size, end), link];
}

function linked(body: unknown, link: string | null): Answer {
  return json(200, body, link === null ? {} : { link });
}

async function pullRequests(request: RestRequest): Promise<Answer> {
  const { hub } = request.services;
  const repository = visible(request);
  if (repository === undefined) return missing;
  const { search } = request;
  const wanted = search.get('state') ?? 'open';
  const by = search.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const direction = (search.get('direction') ?? (search.get('sort') === null ? 'desc' : 'asc')) === 'desc' ? -1 : 1;
  const all = hub.store
    .children(repository.id, 'PullRequest')
    .filter(({ state }) => wanted === 'all' || (state === 'OPEN') === (wanted === 'open'))
    .sort((one, other) => direction * (one[by] < other[by] ? -1 : 1));
  const [some, link] = page(all, request);
  const refs = await hub.remote.refs(repository);
  return linked(
    some.map((pullRequest) => pullRequestJson(hub, repository, pullRequest, endsOf(refs, pullRequest))),
    link,
  );
}

function checkRunJson(run: CheckRunRecord, headSha: string): object {
  const { databaseId: id, id: node_id, name, status, conclusion, startedAt, completedAt, detailsUrl } = run;
  return {
    ...{ id, node_id, name, head_sha: headSha, details_url: detailsUrl },
    ...{ status: status.toLowerCase(), conclusion: conclusion?.toLowerCase() ?? null },
    ...{ started_at: startedAt, completed_at: completedAt },
  };
}

/** The checks of what a branch, tag or commit is now. */
async function checksOf(request: RestRequest) {
  const { hub } = request.services;
  const repository = visible(request);
  const name = request.parts[2] ?? '';
  if (repository === undefined) return null;
  const oid = /^[0-9a-f]{40}$/.test(name) ? name : (await hub.objects.resolve(repository, name))?.oid;
  if (oid === undefined) return null;
  return { oid, checks: rollup({ hub }, repository, oid)?.checks ?? [] };
}

async function checkRuns(request: RestRequest): Promise<Answer> {
  const found = await checksOf(request);
  if (found === null) return missing;
  const all = found.checks.filter((check) => check.type === 'CheckRun');
  const [some, link] = page(all, request);
  return linked({ total_count: all.length, check_runs: some.map((run) => checkRunJson(run, found.oid)) }, link);
}

async function combinedStatus(request: RestRequest): Promise<Answer> {
  const found = await checksOf(request);
  if (found === null) return missing;
  const all = found.checks.filter((check) => check.type === 'StatusContext');
  const [some, link] = page(all, request);
  const statuses = some.map(({ context, description, id: node_id, state, targetUrl: target_url }) => ({
    ...{ node_id, context, description, target_url, state: state.toLowerCase() },
  }));
  const state = all.length === 0 ? 'pending' : rollupState(all).toLowerCase();
  return linked({ sha: found.oid, state, total_count: all.length, statuses }, link);
}

/** Lists that GraphQL has as well: what a tool that reads one repository, or one pull request, at a time asks for. */
export const listRoutes: readonly Route[] = [
  [new RegExp(`${repositoryPath}/pulls$`), pullRequests],
  [new RegExp(`${repositoryPath}/commits/([^/]+)/check-runs$`), checkRuns],
  [new RegExp(`${repositoryPath}/commits/([^/]+)/status$`), combinedStatus],
];
