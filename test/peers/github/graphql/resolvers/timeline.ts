import { closingIssues } from '../../model/references.ts';
import { eventTypes, type AnyRecord, type Discussion, type EventRecord } from '../../model/records.ts';
import { sortedConnection, type PageArguments } from '../connection.ts';
import type { RequestContext, TypeResolvers } from '../context.ts';
import { gitCommit } from './git-sources.ts';
import { addressFields } from './shared.ts';

interface TimelineArguments extends PageArguments {
  readonly itemTypes?: readonly string[] | null;
  readonly since?: string | null;
  readonly skip?: number | null;
}

/** `ClosedEvent` is `CLOSED_EVENT` in a query. */
function itemType(type: string): string {
  return type.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

export function timelineItems(source: Discussion, args: TimelineArguments, context: RequestContext) {
  const items = context.hub.store
    .children(source.id, 'IssueComment', 'PullRequestReview', ...eventTypes)
    .filter(
      (item) =>
        (args.itemTypes == null || args.itemTypes.includes(itemType(item.type))) &&
        (args.since == null || Date.parse(item.createdAt) >= Date.parse(args.since)) &&
        !(item.type === 'PullRequestReview' && item.state === 'PENDING'),
    );
  const page = sortedConnection(items.slice(args.skip ?? 0), args, {
    key: (item: AnyRecord) => [item.createdAt, item.databaseId],
  });
  const updatedAt = items.reduce(
    (latest, item) => (item.updatedAt > latest ? item.updatedAt : latest),
    source.createdAt,
  );
  return { ...page, filteredCount: items.length, pageCount: page.nodes.length, updatedAt };
}

function subjectOf(event: EventRecord, _args: unknown, context: RequestContext) {
  return context.hub.store.get(event.parentId ?? '', 'Issue', 'PullRequest');
}

function otherOf(event: EventRecord, _args: unknown, context: RequestContext) {
  return event.otherId === null ? null : (context.hub.store.find(event.otherId) ?? null);
}

function detail(name: string) {
  return (event: EventRecord) => event.details[name] ?? null;
}

const eventFields = {
  ...addressFields(
    (source: EventRecord, hub) =>
      `${hub.discussionPath(hub.store.get(source.parentId ?? '', 'Issue', 'PullRequest'))}#event-${source.databaseId}`,
  ),
  actor: (source: EventRecord, _args: unknown, context: RequestContext) =>
    source.actorId === null ? null : context.hub.store.accountById(source.actorId),
  subject: subjectOf,
  closable: subjectOf,
  labelable: subjectOf,
  assignable: subjectOf,
  pullRequest: subjectOf,
} satisfies TypeResolvers;

const fieldsOfType: Readonly<Record<string, TypeResolvers>> = {
  AssignedEvent: { assignee: otherOf, user: otherOf },
  UnassignedEvent: { assignee: otherOf, user: otherOf },
  LabeledEvent: { label: otherOf },
  UnlabeledEvent: { label: otherOf },
  ClosedEvent: { closer: otherOf, stateReason: detail('stateReason') },
  ReopenedEvent: { stateReason: detail('stateReason') },
  RenamedTitleEvent: { previousTitle: detail('previousTitle'), currentTitle: detail('currentTitle') },
  CommentDeletedEvent: { deletedCommentAuthor: otherOf },
  MilestonedEvent: {
    milestoneTitle: (event: EventRecord, _args: unknown, context: RequestContext) =>
      context.hub.store.get(event.otherId ?? '', 'Milestone').title,
  },
  CrossReferencedEvent: {
    source: otherOf,
    target: subjectOf,
    referencedAt: (event: EventRecord) => event.createdAt,
    isCrossRepository: (event: EventRecord, _args: unknown, context: RequestContext) => {
      const { store } = context.hub;
      return store.repositoryOf(event.otherId ?? '').id !== store.repositoryOf(event.id).id;
    },
    willCloseTarget: (event: EventRecord, _args: unknown, context: RequestContext) => {
      const source = context.hub.store.get(event.otherId ?? '', 'Issue', 'PullRequest');
      return (
        source.type === 'PullRequest' && closingIssues(context.hub, source).some(({ id }) => id === event.parentId)
      );
    },
  },
  MergedEvent: {
    commit: (event: EventRecord, _args: unknown, context: RequestContext) =>
      gitCommit(context.hub.store.repositoryOf(event.id), event.details.commitOid ?? ''),
    mergeRefName: (event: EventRecord, _args: unknown, context: RequestContext) =>
      context.hub.store.get(event.parentId ?? '', 'PullRequest').baseRefName,
  },
  HeadRefForcePushedEvent: {
    beforeCommit: (event: EventRecord, _args: unknown, context: RequestContext) =>
      gitCommit(context.hub.store.repositoryOf(event.id), event.details.before ?? ''),
    afterCommit: (event: EventRecord, _args: unknown, context: RequestContext) =>
      gitCommit(context.hub.store.repositoryOf(event.id), event.details.after ?? ''),
  },
  HeadRefDeletedEvent: {
    headRefName: (event: EventRecord, _args: unknown, context: RequestContext) =>
      context.hub.store.get(event.parentId ?? '', 'PullRequest').headRefName,
  },
};

export const timelineTypes: Readonly<Record<string, TypeResolvers>> = Object.fromEntries(
  eventTypes.map((type) => [type, { ...eventFields, ...fieldsOfType[type] }]),
);
