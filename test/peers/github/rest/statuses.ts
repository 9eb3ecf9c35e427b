import { permissionOf, atLeast, tokenAllows } from '../model/access.ts';
import type { StatusContextRecord } from '../model/records.ts';
import { json, refused, type Answer } from '../server/answer.ts';
import { missing, repositoryPath, visible, type RestRequest } from './request.ts';

const states = ['ERROR', 'FAILURE', 'PENDING', 'SUCCESS'] as const satisfies readonly StatusContextRecord['state'][];

export const statusPath = new RegExp(`${repositoryPath}/statuses/([0-9a-f]{40})$`);

interface StatusBody {
  readonly state?: unknown;
  readonly context?: unknown;
  readonly description?: unknown;
  readonly target_url?: unknown;
}

/** `POST …/statuses/{sha}`: the one way to report a commit status, which GraphQL lacks. */
export async function createStatus(request: RestRequest, body: string): Promise<Answer> {
  const { hub } = request.services;
  const repository = visible(request);
  if (repository === undefined) return missing;
  const mayWrite = atLeast(permissionOf(hub.store, repository, request.token.login), 'WRITE');
  if (!mayWrite || !tokenAllows(hub.store, repository, request.token, ['statuses', 'write'])) {
    return refused(403, 'Resource not accessible by personal access token');
  }
  const { state, context, description, target_url } = parse(body);
  const known = states.find((one) => one.toLowerCase() === state);
  if (known === undefined) return refused(422, 'Validation Failed');
  const headOid = request.parts[2] ?? '';
  if ((await hub.objects.resolve(repository, headOid))?.type !== 'commit') return refused(422, `No commit ${headOid}`);
  const status = hub.store.insert('StatusContext', repository.id, {
    headOid,
    context: textOr(context, 'default') ?? 'default',
    state: known,
    description: textOr(description, null),
    targetUrl: textOr(target_url, null),
  });
  return json(201, { node_id: status.id, state, context: status.context, description: status.description });
}

function parse(body: string): StatusBody {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

function textOr(value: unknown, other: string | null): string | null {
  return typeof value === 'string' ? value : other;
}
