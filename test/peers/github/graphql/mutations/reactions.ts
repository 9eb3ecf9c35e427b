import type { ReactionRecord } from '../../model/records.ts';
import type { RequestContext } from '../context.ts';
import { reactionGroups } from '../resolvers/shared.ts';
import { requireRight, target, type Mutation } from './guards.ts';

interface ReactionInput {
  readonly subjectId: string;
  readonly content: string;
}

function find(input: ReactionInput, context: RequestContext, action: string) {
  const { store } = context.hub;
  const subject = target(
    context,
    input.subjectId,
    'Issue',
    'PullRequest',
    'IssueComment',
    'PullRequestReview',
    'PullRequestReviewComment',
  );
  const isReview = subject.type === 'PullRequest' || subject.type.startsWith('PullRequestReview');
  const areas = isReview ? (['pull_requests', 'issues'] as const) : (['issues'] as const);
  requireRight(context, store.repositoryOf(subject.id), { action, areas, permission: 'READ' });
  const reaction: ReactionRecord | undefined = store
    .children(subject.id, 'Reaction')
    .find(({ content, userId }) => content === input.content && userId === context.viewer.id);
  return { subject, reaction };
}

export const reactionMutations = {
  addReaction: (input: ReactionInput, context: RequestContext) => {
    const { subject, reaction } = find(input, context, 'AddReaction');
    const fields = { content: input.content, userId: context.viewer.id };
    const given = reaction ?? context.hub.store.insert('Reaction', subject.id, fields);
    return { subject, reaction: given, reactionGroups: reactionGroups(subject, context) };
  },

  removeReaction: (input: ReactionInput, context: RequestContext) => {
    const { subject, reaction } = find(input, context, 'RemoveReaction');
    if (reaction !== undefined) context.hub.store.remove(reaction);
    return { subject, reaction: reaction ?? null, reactionGroups: reactionGroups(subject, context) };
  },
} satisfies Record<string, Mutation>;
