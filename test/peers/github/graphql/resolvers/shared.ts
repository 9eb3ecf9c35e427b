import { permissionOf, tokenAllows } from '../../model/access.ts';
import { bodyHtml, bodyText } from '../../model/markdown.ts';
import type { Hub } from '../../model/hub.ts';
import type {
  AccountRecord,
  AnyRecord,
  Discussion,
  Permission,
  ReactionRecord,
  RecordOf,
  RepositoryRecord,
  TokenPermissions,
} from '../../model/records.ts';
import { sortedConnection, type PageArguments } from '../connection.ts';
import type { RequestContext, TypeResolvers } from '../context.ts';
import { Refusal } from '../refusal.ts';

export type CommentLike = RecordOf<
  'Issue' | 'PullRequest' | 'IssueComment' | 'PullRequestReview' | 'PullRequestReviewComment'
>;

export const reactionContents = [
  'THUMBS_UP',
  'THUMBS_DOWN',
  'LAUGH',
  'HOORAY',
  'CONFUSED',
  'HEART',
  'ROCKET',
  'EYES',
] as const;

/** Oldest first, the order in which GitHub lists what has no other. */
export const byAge = { key: (record: AnyRecord) => [record.createdAt, record.databaseId] as const };

export function viewerPermission(context: RequestContext, repository: RepositoryRecord): Permission | null {
  return permissionOf(context.hub.store, repository, context.token.login);
}

/** Refuses to read an area of a repository that the token has no right to. */
export function requireReading(
  context: RequestContext,
  repository: RepositoryRecord,
  area: keyof TokenPermissions,
): void {
  if (!tokenAllows(context.hub.store, repository, context.token, [area, 'read'])) {
    throw new Refusal('FORBIDDEN', inaccessible(context.viewer));
  }
}

export function inaccessible(viewer: AccountRecord): string {
  return `Resource not accessible by ${viewer.type === 'Bot' ? 'integration' : 'personal access token'}`;
}

/** `url` and `resourcePath` of whatever has a page of its own. */
export function addressFields<S>(path: (source: S, hub: Hub) => string | Promise<string>) {
  return {
    resourcePath: (source: S, _args: unknown, context: RequestContext) => path(source, context.hub),
    url: async (source: S, _args: unknown, context: RequestContext) =>
      context.hub.baseUrl + (await path(source, context.hub)),
  } satisfies TypeResolvers;
}

export const repositoryField = {
  repository: (source: AnyRecord, _args: unknown, context: RequestContext) => context.hub.store.repositoryOf(source.id),
} satisfies TypeResolvers;

function association(source: CommentLike, context: RequestContext): string {
  const { store } = context.hub;
  const repository = store.repositoryOf(source.id);
  if (repository.ownerId === source.authorId) return 'OWNER';
  const login = store.accountById(source.authorId).login.toLowerCase();
  return repository.permissions[login] === undefined ? 'NONE' : 'COLLABORATOR';
}

function mayEdit(source: CommentLike, context: RequestContext): boolean {
  const permission = viewerPermission(context, context.hub.store.repositoryOf(source.id));
  return source.authorId === context.viewer.id || ['ADMIN', 'MAINTAIN', 'WRITE'].includes(permission ?? '');
}

/** The fields of GitHub's `Comment` interface, for issues, pull requests, reviews and comments alike. */
export const commentFields = {
  author: (source: CommentLike, _args: unknown, context: RequestContext) =>
    context.hub.store.accountById(source.authorId),
  authorAssociation: (source: CommentLike, _args: unknown, context: RequestContext) => association(source, context),
  bodyHTML: (source: CommentLike) => bodyHtml(source.body),
  bodyText: (source: CommentLike) => bodyText(source.body),
  editor: (source: CommentLike, _args: unknown, context: RequestContext) =>
    source.editorId === null ? null : context.hub.store.accountById(source.editorId),
  fullDatabaseId: (source: CommentLike) => String(source.databaseId),
  includesCreatedEdit: (source: CommentLike) => source.lastEditedAt !== null,
  publishedAt: (source: CommentLike) => source.createdAt,
  viewerDidAuthor: (source: CommentLike, _args: unknown, context: RequestContext) =>
    source.authorId === context.viewer.id,
  viewerCanUpdate: (source: CommentLike, _args: unknown, context: RequestContext) => mayEdit(source, context),
  viewerCanDelete: (source: CommentLike, _args: unknown, context: RequestContext) => mayEdit(source, context),
  viewerCanReact: () => true,
  isMinimized: (source: CommentLike) => 'minimizedReason' in source && source.minimizedReason !== null,
  ...repositoryField,
} satisfies TypeResolvers;

function reactions(source: AnyRecord, context: RequestContext, content?: string | null): ReactionRecord[] {
  const all = context.hub.store.children(source.id, 'Reaction');
  return content == null ? all : all.filter((reaction) => reaction.content === content);
}

export function reactionGroups(source: AnyRecord, context: RequestContext): object[] {
  return reactionContents.map((content) => {
    const given = reactions(source, context, content);
    const people = (_args: PageArguments) =>
      sortedConnection(
        given.map((reaction) => context.hub.store.accountById(reaction.userId)),
        _args,
        byAge,
      );
    return {
      content,
      subject: source,
      createdAt: given[0]?.createdAt ?? null,
      viewerHasReacted: given.some((reaction) => reaction.userId === context.viewer.id),
      people,
    };
  });
}

export const reactableFields = {
  reactions: (source: AnyRecord, args: PageArguments & { content?: string | null }, context: RequestContext) =>
    sortedConnection(reactions(source, context, args.content), args, byAge),
  reactionGroups: (source: AnyRecord, _args: unknown, context: RequestContext) => reactionGroups(source, context),
} satisfies TypeResolvers;

interface ReactionGroupSource {
  readonly people: (args: PageArguments) => unknown;
}

export const reactionTypes = {
  ReactionGroup: {
    reactors: (source: ReactionGroupSource, args: PageArguments) => source.people(args),
    users: (source: ReactionGroupSource, args: PageArguments) => source.people(args),
  },
  Reaction: {
    reactable: (source: ReactionRecord, _args: unknown, context: RequestContext) =>
      context.hub.store.find(source.parentId),
    user: (source: ReactionRecord, _args: unknown, context: RequestContext) =>
      context.hub.store.accountById(source.userId),
  },
} satisfies Record<string, TypeResolvers>;

/** What issues and pull requests have in common. */
export const discussionFields = {
  ...commentFields,
  ...reactableFields,
  ...addressFields((source: Discussion, hub) => hub.discussionPath(source)),
  titleHTML: (source: Discussion) => bodyHtml(source.title).replace(/^<p dir="auto">|<\/p>$/g, ''),
  closed: (source: Discussion) => source.state !== 'OPEN',
  labels: (source: Discussion, args: PageArguments, context: RequestContext) =>
    sortedConnection(
      source.labelIds.map((id) => context.hub.store.get(id, 'Label')),
      args,
      byAge,
    ),
  assignees: (source: Discussion, args: PageArguments, context: RequestContext) =>
    sortedConnection(
      source.assigneeIds.map((id) => context.hub.store.accountById(id)),
      args,
      byAge,
    ),
  milestone: (source: Discussion, _args: unknown, context: RequestContext) =>
    source.milestoneId === null ? null : context.hub.store.get(source.milestoneId, 'Milestone'),
  comments: (
    source: Discussion,
    args: PageArguments & { orderBy?: { direction: 'ASC' | 'DESC' } | null },
    context: RequestContext,
  ) =>
    sortedConnection(context.hub.store.children(source.id, 'IssueComment'), args, {
      key: (comment) => [args.orderBy == null ? comment.createdAt : comment.updatedAt, comment.databaseId],
      descending: args.orderBy?.direction === 'DESC',
    }),
  participants: (source: Discussion, args: PageArguments, context: RequestContext) => {
    const written = context.hub.store.children(source.id, 'IssueComment', 'PullRequestReview');
    const ids = new Set([source.authorId, ...written.map((item) => item.authorId), ...source.assigneeIds]);
    return sortedConnection(
      [...ids].map((id) => context.hub.store.accountById(id)),
      args,
      byAge,
    );
  },
  viewerCanClose: (source: Discussion, _args: unknown, context: RequestContext) => mayEdit(source, context),
  viewerCanReopen: (source: Discussion, _args: unknown, context: RequestContext) => mayEdit(source, context),
  viewerCanLabel: (source: Discussion, _args: unknown, context: RequestContext) => mayEdit(source, context),
} satisfies TypeResolvers;
