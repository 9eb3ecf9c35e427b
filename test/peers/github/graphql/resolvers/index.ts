import type { TypeResolvers } from '../context.ts';
import { mutations } from '../mutations/index.ts';
import { accountTypes } from './accounts.ts';
import { checkTypes } from './checks.ts';
import { gitTypes } from './git-objects.ts';
import { issueTypes } from './issue.ts';
import { pullRequestTypes } from './pull-request.ts';
import { queryTypes } from './query.ts';
import { repositoryTypes } from './repository.ts';
import { reviewTypes } from './reviews.ts';
import { reactionTypes } from './shared.ts';
import { timelineTypes } from './timeline.ts';

/** Every field that is more than a property of its source, by type and name. */
export const resolvers: Readonly<Record<string, TypeResolvers>> = {
  ...queryTypes,
  ...accountTypes,
  ...repositoryTypes,
  ...gitTypes,
  ...issueTypes,
  ...pullRequestTypes,
  ...reviewTypes,
  ...checkTypes,
  ...timelineTypes,
  ...reactionTypes,
  Mutation: mutations,
};
