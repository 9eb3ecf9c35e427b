import { atLeast, permissionOf, tokenAllows } from '../../model/access.ts';
import type {
  Discussion,
  Permission,
  RecordOf,
  RecordType,
  RepositoryRecord,
  TokenPermissions,
} from '../../model/records.ts';
import type { RequestContext } from '../context.ts';
import { notFound, Refusal } from '../refusal.ts';
import { inaccessible } from '../resolvers/shared.ts';

/** GitHub's limits on texts, in characters. */
export const maximumBodyLength = 65_536;
export const maximumTitleLength = 256;

/** A change that GitHub answers with a payload; the input has been checked against the schema. */
export type Mutation = (input: never, context: RequestContext) => object | Promise<object>;

export function unprocessable(message: string): Refusal {
  return new Refusal('UNPROCESSABLE', message);
}

/** The record that an input names. */
export function target<T extends RecordType>(context: RequestContext, id: string, ...types: readonly T[]): RecordOf<T> {
  const found = context.hub.store.findOf(id, ...types);
  if (found === undefined || !context.sees(found)) throw notFound(id);
  return found;
}

export interface Right {
  /** The mutation, as GitHub names it in its refusal. */
  readonly action: string;
  /** The token needs the right to write to one of these. */
  readonly areas: readonly (keyof TokenPermissions)[];
  readonly permission: Permission;
  /** Who may do it besides those with the permission: the author of the thing. */
  readonly authorId?: string;
}

/** Refuses what the token's rights, the person's permission or the archived repository do not allow. */
export function requireRight(context: RequestContext, repository: RepositoryRecord, right: Right): void {
  const { store } = context.hub;
  if (!right.areas.some((area) => tokenAllows(store, repository, context.token, [area, 'write']))) {
    throw new Refusal('FORBIDDEN', inaccessible(context.viewer));
  }
  const permission = permissionOf(store, repository, context.token.login);
  if (right.authorId !== context.viewer.id && !atLeast(permission, right.permission)) {
    const message = `${context.token.login} does not have the correct permissions to execute \`${right.action}\``;
    throw new Refusal('FORBIDDEN', message);
  }
  if (repository.isArchived) throw new Refusal('FORBIDDEN', 'Repository was archived so is read-only.');
}

/** Does {@link requireRight} for an issue or pull request. */
export function requireRightOn(
  context: RequestContext,
  item: Discussion,
  right: Omit<Right, 'areas'>,
): RepositoryRecord {
  const repository = context.hub.store.repositoryOf(item.id);
  requireRight(context, repository, { ...right, areas: [item.type === 'Issue' ? 'issues' : 'pull_requests'] });
  return repository;
}

/** The same for what pull requests have as issues do: comments, labels, assignees. Either right suffices for them. */
export function requireRightOnConversation(
  context: RequestContext,
  item: Discussion,
  right: Omit<Right, 'areas'>,
): void {
  const areas = item.type === 'Issue' ? (['issues'] as const) : (['pull_requests', 'issues'] as const);
  requireRight(context, context.hub.store.repositoryOf(item.id), { ...right, areas });
}

// GitHub counts characters, not the halves of those that JavaScript writes as two.
function isLonger(text: string, maximum: number): boolean {
  return text.length > maximum && Array.from(text).length > maximum;
}

export function checkTitle(title: string): string {
  if (title.trim() === '') throw unprocessable("Title can't be blank");
  if (isLonger(title, maximumTitleLength)) {
    throw unprocessable(`Title is too long (maximum is ${maximumTitleLength} characters)`);
  }
  return title;
}

export function checkBody(body: string, isRequired = false): string {
  if (isRequired && body.trim() === '') throw unprocessable("Body can't be blank");
  if (isLonger(body, maximumBodyLength)) {
    throw unprocessable(`Body is too long (maximum is ${maximumBodyLength} characters)`);
  }
  return body;
}
