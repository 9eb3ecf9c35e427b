import type { RequestContext, Resolver, TypeResolvers } from '../context.ts';
import { checkMutations } from './checks.ts';
import { commentMutations } from './comments.ts';
import type { Mutation } from './guards.ts';
import { issueMutations } from './issues.ts';
import { labelAndAssigneeMutations } from './labels-and-assignees.ts';
import { mergeMutations } from './merge.ts';
import { pullRequestMutations } from './pull-requests.ts';
import { reactionMutations } from './reactions.ts';
import { refMutations } from './refs.ts';
import { reviewMutations } from './reviews.ts';

const implemented: Readonly<Record<string, Mutation>> = {
  ...checkMutations,
  ...commentMutations,
  ...issueMutations,
  ...pullRequestMutations,
  ...mergeMutations,
  ...reviewMutations,
  ...labelAndAssigneeMutations,
  ...reactionMutations,
  ...refMutations,
};

/** Mutations that make content, which GitHub limits more strictly than the rest. */
export const contentCreating: ReadonlySet<string> = new Set([
  'addComment',
  'createIssue',
  'createPullRequest',
  'addPullRequestReview',
  'addPullRequestReviewThread',
  'addPullRequestReviewThreadReply',
]);

function withInput(mutation: Mutation): Resolver {
  const run = mutation as (input: unknown, context: RequestContext) => object | Promise<object>;
  return async (_source: unknown, { input }: { input: { clientMutationId?: string | null } }, context) => ({
    // Only echoed: on GitHub, too, it does not make a second request harmless.
    clientMutationId: input.clientMutationId ?? null,
    ...(await run(input, context)),
  });
}

export const mutations: TypeResolvers = Object.fromEntries(
  Object.entries(implemented).map(([name, mutation]) => [name, withInput(mutation)]),
);
