import { branchRef, endsOf } from '../../model/pull-requests.ts';
import { closingIssues } from '../../model/references.ts';
import type { PullRequestRecord, RepositoryRecord, ReviewRecord, ReviewThreadRecord } from '../../model/records.ts';
import { connection, sortedConnection, type PageArguments } from '../connection.ts';
import type { RequestContext, TypeResolvers } from '../context.ts';
import { rollup, rollupState } from './checks.ts';
import { gitCommit, gitRef } from './git-sources.ts';
import { issuesOf } from './lists.ts';
import { latestOpinions, reviewDecision } from './reviews.ts';
import { byAge, discussionFields, viewerPermission } from './shared.ts';
import { timelineItems } from './timeline.ts';

function home(source: PullRequestRecord, context: RequestContext): RepositoryRecord {
  return context.hub.store.repositoryOf(source.id);
}

async function ends(source: PullRequestRecord, context: RequestContext) {
  const repository = home(source, context);
  return { repository, ...endsOf(await context.refs(repository), source) };
}

async function files(source: PullRequestRecord, context: RequestContext) {
  const { repository, baseOid, headOid } = await ends(source, context);
  return context.hub.differences.files(repository, baseOid, headOid);
}

async function commits(source: PullRequestRecord, context: RequestContext) {
  const { repository, baseOid, headOid } = await ends(source, context);
  const oids = await context.hub.objects.commitsBetween(repository, baseOid, headOid);
  return oids.map((oid) => ({
    type: 'PullRequestCommit',
    id: `PURC_${Buffer.from(`${source.databaseId}:${oid}`).toString('base64url')}`,
    commit: gitCommit(repository, oid),
    pullRequest: source,
    resourcePath: `${context.hub.discussionPath(source)}/commits/${oid}`,
    url: `${context.hub.baseUrl}${context.hub.discussionPath(source)}/commits/${oid}`,
  }));
}

async function mergeable(source: PullRequestRecord, context: RequestContext): Promise<string> {
  if (source.state !== 'OPEN') return 'UNKNOWN';
  const { repository, baseOid, headOid } = await ends(source, context);
  return (await context.hub.merging.mergedTree(repository, baseOid, headOid)) === null ? 'CONFLICTING' : 'MERGEABLE';
}

async function mergeStateStatus(source: PullRequestRecord, context: RequestContext): Promise<string> {
  if (source.isDraft) return 'DRAFT';
  const state = await mergeable(source, context);
  if (state !== 'MERGEABLE') return state === 'CONFLICTING' ? 'DIRTY' : 'UNKNOWN';
  const { repository, headOid } = await ends(source, context);
  const checks = rollup(context, repository, headOid);
  return checks === null || rollupState(checks.checks) === 'SUCCESS' ? 'CLEAN' : 'UNSTABLE';
}

function refField(name: 'headRefName' | 'baseRefName') {
  return async (source: PullRequestRecord, _args: unknown, context: RequestContext) => {
    const repository = home(source, context);
    const ref = branchRef(source[name]);
    const oid = (await context.refs(repository)).get(ref);
    return oid === undefined ? null : gitRef(repository, ref, oid);
  };
}

function reviews(source: PullRequestRecord, context: RequestContext): ReviewRecord[] {
  return context.hub.store
    .children(source.id, 'PullRequestReview')
    .filter(({ state, authorId }) => state !== 'PENDING' || authorId === context.viewer.id);
}

/** Threads of a review that is not submitted yet are seen by its author alone. */
function visibleThreads(source: PullRequestRecord, context: RequestContext): ReviewThreadRecord[] {
  const { store } = context.hub;
  const visible = new Set(reviews(source, context).map(({ id }) => id));
  return store
    .children(source.id, 'PullRequestReviewThread')
    .filter(({ id }) => store.children(id, 'PullRequestReviewComment').some(({ reviewId }) => visible.has(reviewId)));
}

interface ReviewArguments extends PageArguments {
  readonly author?: string | null;
  readonly states?: readonly string[] | null;
}

const relations = {
  closingIssuesReferences: (source: PullRequestRecord, args: PageArguments, context: RequestContext) =>
    issuesOf(closingIssues(context.hub, source), args, context),
  reviews: (source: PullRequestRecord, args: ReviewArguments, context: RequestContext) => {
    const author = args.author == null ? undefined : context.hub.store.account(args.author);
    const wanted = reviews(source, context).filter(
      (review) =>
        (args.states == null || args.states.includes(review.state)) &&
        (args.author == null || review.authorId === author?.id),
    );
    return sortedConnection(wanted, args, byAge);
  },
  latestReviews: (source: PullRequestRecord, args: PageArguments, context: RequestContext) =>
    sortedConnection(
      [...new Map(reviews(source, context).map((review) => [review.authorId, review])).values()],
      args,
      byAge,
    ),
  latestOpinionatedReviews: (source: PullRequestRecord, args: PageArguments, context: RequestContext) =>
    sortedConnection(latestOpinions(context.hub, source), args, byAge),
  viewerLatestReview: (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
    reviews(source, context)
      .filter(({ authorId }) => authorId === context.viewer.id)
      .at(-1) ?? null,
  reviewThreads: (source: PullRequestRecord, args: PageArguments, context: RequestContext) =>
    sortedConnection(visibleThreads(source, context), args, byAge),
  reviewDecision: (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
    reviewDecision(context.hub, source),
  timelineItems,
} satisfies TypeResolvers;

const gitFields = {
  headRefOid: async (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
    (await ends(source, context)).headOid,
  baseRefOid: async (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
    (await ends(source, context)).baseOid,
  headRef: refField('headRefName'),
  baseRef: refField('baseRefName'),
  commits: async (source: PullRequestRecord, args: PageArguments, context: RequestContext) =>
    connection(await commits(source, context), args),
  files: async (source: PullRequestRecord, args: PageArguments, context: RequestContext) =>
    connection(await files(source, context), args, { key: (file) => [file.path] }),
  changedFiles: async (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
    (await files(source, context)).length,
  additions: async (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
    (await files(source, context)).reduce((sum, file) => sum + file.additions, 0),
  deletions: async (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
    (await files(source, context)).reduce((sum, file) => sum + file.deletions, 0),
  mergeable: (source: PullRequestRecord, _args: unknown, context: RequestContext) => mergeable(source, context),
  canBeRebased: async (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
    (await mergeable(source, context)) === 'MERGEABLE',
  mergeStateStatus: (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
    mergeStateStatus(source, context),
  mergeCommit: (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
    source.mergeCommitOid === null ? null : gitCommit(home(source, context), source.mergeCommitOid),
  statusCheckRollup: async (source: PullRequestRecord, _args: unknown, context: RequestContext) => {
    const { repository, headOid } = await ends(source, context);
    return rollup(context, repository, headOid);
  },
} satisfies TypeResolvers;

export const pullRequestTypes = {
  PullRequest: {
    ...discussionFields,
    ...relations,
    ...gitFields,
    merged: (source: PullRequestRecord) => source.state === 'MERGED',
    mergedBy: (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
      source.mergedById === null ? null : context.hub.store.accountById(source.mergedById),
    permalink: (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
      context.hub.baseUrl + context.hub.discussionPath(source),
    checksUrl: (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
      `${context.hub.baseUrl}${context.hub.discussionPath(source)}/checks`,
    headRepository: (source: PullRequestRecord, _args: unknown, context: RequestContext) => home(source, context),
    baseRepository: (source: PullRequestRecord, _args: unknown, context: RequestContext) => home(source, context),
    headRepositoryOwner: (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
      context.hub.store.accountById(home(source, context).ownerId),
    totalCommentsCount: (source: PullRequestRecord, _args: unknown, context: RequestContext) => {
      const threads = context.hub.store.children(source.id, 'PullRequestReviewThread');
      const inThreads = threads.flatMap(({ id }) => context.hub.store.children(id, 'PullRequestReviewComment'));
      return context.hub.store.children(source.id, 'IssueComment').length + inThreads.length;
    },
    viewerCanMergeAsAdmin: (source: PullRequestRecord, _args: unknown, context: RequestContext) =>
      viewerPermission(context, home(source, context)) === 'ADMIN',
  },
} satisfies Record<string, TypeResolvers>;
