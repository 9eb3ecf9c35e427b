import { closingPullRequests } from '../../model/references.ts';
import type { IssueRecord, IssueCommentRecord } from '../../model/records.ts';
import type { PageArguments } from '../connection.ts';
import type { RequestContext, TypeResolvers } from '../context.ts';
import { pullRequestsOf } from './lists.ts';
import { addressFields, commentFields, discussionFields, reactableFields } from './shared.ts';
import { timelineItems } from './timeline.ts';

function subjectOf(comment: IssueCommentRecord, context: RequestContext) {
  return context.hub.store.get(comment.parentId, 'Issue', 'PullRequest');
}

interface ClosingArguments extends PageArguments {
  readonly includeClosedPrs?: boolean;
}

export const issueTypes = {
  Issue: {
    ...discussionFields,
    closedByPullRequestsReferences: (source: IssueRecord, args: ClosingArguments, context: RequestContext) =>
      pullRequestsOf(
        closingPullRequests(context.hub, source).filter(
          ({ state }) => args.includeClosedPrs === true || state !== 'CLOSED',
        ),
        args,
        context,
      ),
    stateReason: (source: IssueRecord, args: { enableDuplicate?: boolean }) =>
      source.stateReason === 'DUPLICATE' && args.enableDuplicate !== true ? 'NOT_PLANNED' : source.stateReason,
    bodyResourcePath: (source: IssueRecord, _args: unknown, context: RequestContext) =>
      context.hub.discussionPath(source),
    bodyUrl: (source: IssueRecord, _args: unknown, context: RequestContext) =>
      context.hub.baseUrl + context.hub.discussionPath(source),
    timelineItems,
  },
  IssueComment: {
    ...commentFields,
    ...reactableFields,
    ...addressFields(
      (source: IssueCommentRecord, hub) =>
        `${hub.discussionPath(hub.store.get(source.parentId, 'Issue', 'PullRequest'))}#issuecomment-${source.databaseId}`,
    ),
    // GitHub gives an `issue` for a comment on a pull request, too: the pull request seen as one.
    issue: (source: IssueCommentRecord, _args: unknown, context: RequestContext) => subjectOf(source, context),
    pullRequest: (source: IssueCommentRecord, _args: unknown, context: RequestContext) => {
      const subject = subjectOf(source, context);
      return subject.type === 'PullRequest' ? subject : null;
    },
  },
} satisfies Record<string, TypeResolvers>;
