import { permissionOf, atLeast } from '../../model/access.ts';
import { bodyText } from '../../model/markdown.ts';
import type { Hub } from '../../model/hub.ts';
import type { PullRequestRecord, ReviewCommentRecord, ReviewRecord, ReviewThreadRecord } from '../../model/records.ts';
import { sortedConnection, type PageArguments } from '../connection.ts';
import type { RequestContext, TypeResolvers } from '../context.ts';
import { gitCommit } from './git-sources.ts';
import { addressFields, byAge, commentFields, reactableFields, repositoryField } from './shared.ts';

/** Each reviewer's last approval or request for changes; a dismissed one counts no more. */
export function latestOpinions(hub: Hub, pullRequest: PullRequestRecord): ReviewRecord[] {
  const opinions = hub.store
    .children(pullRequest.id, 'PullRequestReview')
    .filter(({ state }) => state === 'APPROVED' || state === 'CHANGES_REQUESTED');
  return [...new Map(opinions.map((review) => [review.authorId, review])).values()];
}

/** What the reviewers with write access say together; null as long as none of them has an opinion. */
export function reviewDecision(hub: Hub, pullRequest: PullRequestRecord): string | null {
  const repository = hub.store.repositoryOf(pullRequest.id);
  const states = latestOpinions(hub, pullRequest)
    .filter(({ authorId }) => {
      const { login } = hub.store.accountById(authorId);
      return atLeast(permissionOf(hub.store, repository, login), 'WRITE');
    })
    .map(({ state }) => state);
  if (states.includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  return states.length > 0 ? 'APPROVED' : null;
}

function threadOf(comment: ReviewCommentRecord, context: RequestContext): ReviewThreadRecord {
  return context.hub.store.get(comment.parentId, 'PullRequestReviewThread');
}

function pullRequestOf(source: ReviewRecord | ReviewThreadRecord, _args: unknown, context: RequestContext) {
  return context.hub.store.get(source.parentId, 'PullRequest');
}

function reviewPath(source: ReviewRecord, hub: Hub): string {
  const pullRequest = hub.store.get(source.parentId, 'PullRequest');
  return `${hub.discussionPath(pullRequest)}#pullrequestreview-${source.databaseId}`;
}

function commentPath(source: ReviewCommentRecord, hub: Hub): string {
  const thread = hub.store.get(source.parentId, 'PullRequestReviewThread');
  return `${hub.discussionPath(hub.store.get(thread.parentId, 'PullRequest'))}#discussion_r${source.databaseId}`;
}

function isOutdated(thread: ReviewThreadRecord, context: RequestContext): boolean {
  return context.hub.store.get(thread.parentId, 'PullRequest').headOid !== thread.commitOid;
}

function fromThread<K extends keyof ReviewThreadRecord>(name: K) {
  return (source: ReviewCommentRecord, _args: unknown, context: RequestContext) => threadOf(source, context)[name];
}

export const reviewTypes = {
  PullRequestReview: {
    ...commentFields,
    ...reactableFields,
    ...addressFields(reviewPath),
    pullRequest: pullRequestOf,
    commit: (source: ReviewRecord, _args: unknown, context: RequestContext) =>
      gitCommit(context.hub.store.repositoryOf(source.id), source.commitOid),
    authorCanPushToRepository: (source: ReviewRecord, _args: unknown, context: RequestContext) => {
      const { store } = context.hub;
      const { login } = store.accountById(source.authorId);
      return atLeast(permissionOf(store, store.repositoryOf(source.id), login), 'WRITE');
    },
    comments: (source: ReviewRecord, args: PageArguments, context: RequestContext) => {
      const threads = context.hub.store.children(source.parentId, 'PullRequestReviewThread');
      const comments = threads
        .flatMap((thread) => context.hub.store.children(thread.id, 'PullRequestReviewComment'))
        .filter(({ reviewId }) => reviewId === source.id);
      return sortedConnection(comments, args, byAge);
    },
  },
  PullRequestReviewThread: {
    ...repositoryField,
    pullRequest: pullRequestOf,
    diffSide: (source: ReviewThreadRecord) => source.side,
    startDiffSide: (source: ReviewThreadRecord) => source.startSide,
    originalLine: (source: ReviewThreadRecord) => source.line,
    originalStartLine: (source: ReviewThreadRecord) => source.startLine,
    isResolved: (source: ReviewThreadRecord) => source.resolvedById !== null,
    isCollapsed: (source: ReviewThreadRecord) => source.resolvedById !== null,
    isOutdated: (source: ReviewThreadRecord, _args: unknown, context: RequestContext) => isOutdated(source, context),
    resolvedBy: (source: ReviewThreadRecord, _args: unknown, context: RequestContext) =>
      source.resolvedById === null ? null : context.hub.store.accountById(source.resolvedById),
    viewerCanReply: () => true,
    viewerCanResolve: (source: ReviewThreadRecord) => source.resolvedById === null,
    viewerCanUnresolve: (source: ReviewThreadRecord) => source.resolvedById !== null,
    comments: (source: ReviewThreadRecord, args: PageArguments, context: RequestContext) =>
      sortedConnection(context.hub.store.children(source.id, 'PullRequestReviewComment'), args, byAge),
  },
  PullRequestReviewComment: {
    ...commentFields,
    ...reactableFields,
    ...addressFields(commentPath),
    bodyText: (source: ReviewCommentRecord) => bodyText(source.body),
    pullRequest: (source: ReviewCommentRecord, _args: unknown, context: RequestContext) =>
      context.hub.store.get(threadOf(source, context).parentId, 'PullRequest'),
    pullRequestReview: (source: ReviewCommentRecord, _args: unknown, context: RequestContext) =>
      context.hub.store.get(source.reviewId, 'PullRequestReview'),
    replyTo: (source: ReviewCommentRecord, _args: unknown, context: RequestContext) =>
      source.replyToId === null ? null : (context.hub.store.find(source.replyToId) ?? null),
    path: fromThread('path'),
    line: fromThread('line'),
    originalLine: fromThread('line'),
    startLine: fromThread('startLine'),
    originalStartLine: fromThread('startLine'),
    subjectType: fromThread('subjectType'),
    draftedAt: (source: ReviewCommentRecord) => source.createdAt,
    state: (source: ReviewCommentRecord, _args: unknown, context: RequestContext) =>
      context.hub.store.get(source.reviewId, 'PullRequestReview').state === 'PENDING' ? 'PENDING' : 'SUBMITTED',
    outdated: (source: ReviewCommentRecord, _args: unknown, context: RequestContext) =>
      isOutdated(threadOf(source, context), context),
    commit: (source: ReviewCommentRecord, _args: unknown, context: RequestContext) =>
      gitCommit(context.hub.store.repositoryOf(source.id), source.commitOid),
    originalCommit: (source: ReviewCommentRecord, _args: unknown, context: RequestContext) =>
      gitCommit(context.hub.store.repositoryOf(source.id), source.commitOid),
  },
} satisfies Record<string, TypeResolvers>;
