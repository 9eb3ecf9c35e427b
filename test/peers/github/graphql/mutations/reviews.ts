import { hunksOf, type FileHunks } from '../../git/hunks.ts';
import { endsOf } from '../../model/pull-requests.ts';
import type { PullRequestRecord, ReviewRecord, ReviewState } from '../../model/records.ts';
import { connection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { checkBody, requireRightOn, target, unprocessable, type Mutation } from './guards.ts';

type ReviewEvent = 'APPROVE' | 'COMMENT' | 'REQUEST_CHANGES' | 'DISMISS';

interface ThreadInput {
  readonly path: string;
  readonly body: string;
  readonly line?: number | null;
  readonly side?: 'LEFT' | 'RIGHT' | null;
  readonly startLine?: number | null;
  readonly startSide?: 'LEFT' | 'RIGHT' | null;
  readonly subjectType?: 'LINE' | 'FILE' | null;
}

interface AddReviewInput {
  readonly pullRequestId: string;
  readonly event?: ReviewEvent | null;
  readonly body?: string | null;
  readonly commitOID?: string | null;
  readonly threads?: readonly ThreadInput[] | null;
  readonly comments?: readonly unknown[] | null;
}

const states: Readonly<Record<Exclude<ReviewEvent, 'DISMISS'>, ReviewState>> = {
  APPROVE: 'APPROVED',
  COMMENT: 'COMMENTED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
};

function reviewable(context: RequestContext, id: string, action: string): PullRequestRecord {
  const pullRequest = target(context, id, 'PullRequest');
  requireRightOn(context, pullRequest, { action, permission: 'READ' });
  return pullRequest;
}

function ownPending(context: RequestContext, pullRequest: PullRequestRecord): ReviewRecord | undefined {
  return context.hub.store
    .children(pullRequest.id, 'PullRequestReview')
    .find(({ state, authorId }) => state === 'PENDING' && authorId === context.viewer.id);
}

function stateFor(
  context: RequestContext,
  pullRequest: PullRequestRecord,
  review: { readonly event: ReviewEvent; readonly body: string; readonly hasThreads: boolean },
): ReviewState {
  const { event } = review;
  if (event === 'DISMISS') throw unprocessable('A review that is not submitted cannot be dismissed');
  if (pullRequest.authorId === context.viewer.id && event !== 'COMMENT') {
    const verb = event === 'APPROVE' ? 'approve' : 'request changes on';
    throw unprocessable(`Can not ${verb} your own pull request`);
  }
  const saysNothing = review.body.trim() === '' && !review.hasThreads;
  if (event !== 'APPROVE' && saysNothing) throw unprocessable("Body can't be blank");
  return states[event];
}

async function diffOf(context: RequestContext, pullRequest: PullRequestRecord) {
  const repository = context.hub.store.repositoryOf(pullRequest.id);
  const { baseOid, headOid } = endsOf(await context.refs(repository), pullRequest);
  const text = await context.hub.differences.text(repository, baseOid, headOid);
  const commits = await context.hub.objects.commitsBetween(repository, baseOid, headOid);
  return { headOid, commits, hunks: hunksOf(text) };
}

function checkThread(hunks: ReadonlyMap<string, FileHunks>, thread: ThreadInput): void {
  checkBody(thread.body, true);
  const file = hunks.get(thread.path);
  if (file === undefined) throw unprocessable('Pull request review thread path could not be resolved');
  if (thread.subjectType === 'FILE') return;
  const places = [
    { line: thread.line, side: thread.side },
    ...(thread.startLine == null ? [] : [{ line: thread.startLine, side: thread.startSide }]),
  ];
  for (const { line, side } of places) {
    const lines = side === 'LEFT' ? file.left : file.right;
    if (line == null || !lines.has(line)) {
      throw unprocessable('Pull request review thread line must be part of the diff');
    }
  }
}

function insertThread(context: RequestContext, review: ReviewRecord, input: ThreadInput) {
  const { store } = context.hub;
  const isFile = input.subjectType === 'FILE';
  const thread = store.insert('PullRequestReviewThread', review.parentId, {
    path: input.path,
    line: isFile ? null : (input.line ?? null),
    startLine: input.startLine ?? null,
    side: input.side ?? 'RIGHT',
    startSide: input.startLine == null ? null : (input.startSide ?? 'RIGHT'),
    subjectType: isFile ? 'FILE' : 'LINE',
    commitOid: review.commitOid,
    resolvedById: null,
  });
  insertComment(context, { reviewId: review.id, threadId: thread.id, commitOid: review.commitOid, body: input.body });
  return thread;
}

function insertComment(
  context: RequestContext,
  input: { reviewId: string; threadId: string; commitOid: string; body: string; replyToId?: string },
) {
  return context.hub.store.insert('PullRequestReviewComment', input.threadId, {
    body: input.body,
    authorId: context.viewer.id,
    reviewId: input.reviewId,
    replyToId: input.replyToId ?? null,
    commitOid: input.commitOid,
    lastEditedAt: null,
    editorId: null,
    minimizedReason: null,
  });
}

function insertReview(
  context: RequestContext,
  pullRequest: PullRequestRecord,
  review: Pick<ReviewRecord, 'body' | 'state' | 'commitOid'>,
): ReviewRecord {
  const inserted = context.hub.store.insert('PullRequestReview', pullRequest.id, {
    ...review,
    authorId: context.viewer.id,
    submittedAt: review.state === 'PENDING' ? null : context.hub.now(),
    lastEditedAt: null,
    editorId: null,
    minimizedReason: null,
  });
  if (review.state !== 'PENDING') context.hub.touch(pullRequest);
  return inserted;
}

async function addReview(input: AddReviewInput, context: RequestContext) {
  const pullRequest = reviewable(context, input.pullRequestId, 'AddPullRequestReview');
  if ((input.comments ?? []).length > 0) {
    throw unprocessable('This local GitHub takes `threads`; `comments` with diff positions are deprecated.');
  }
  const body = checkBody(input.body ?? '');
  const threads = input.threads ?? [];
  const { headOid, commits, hunks } = await diffOf(context, pullRequest);
  const commitOid = input.commitOID ?? headOid;
  if (!commits.includes(commitOid)) throw unprocessable('Commit is not part of the pull request');
  if (ownPending(context, pullRequest) !== undefined) {
    throw unprocessable('User can only have one pending review per pull request');
  }
  const state =
    input.event == null
      ? 'PENDING'
      : stateFor(context, pullRequest, { event: input.event, body, hasThreads: threads.length > 0 });
  for (const thread of threads) checkThread(hunks, thread);
  const pullRequestReview = insertReview(context, pullRequest, { body, state, commitOid });
  for (const thread of threads) insertThread(context, pullRequestReview, thread);
  return { pullRequestReview, reviewEdge: connection([pullRequestReview], {}).edges[0] };
}

interface SubmitInput {
  readonly pullRequestId?: string | null;
  readonly pullRequestReviewId?: string | null;
  readonly event: ReviewEvent;
  readonly body?: string | null;
}

function pendingReview(context: RequestContext, input: Pick<SubmitInput, 'pullRequestId' | 'pullRequestReviewId'>) {
  if (input.pullRequestReviewId != null) return target(context, input.pullRequestReviewId, 'PullRequestReview');
  return ownPending(context, target(context, input.pullRequestId ?? '', 'PullRequest'));
}

function submit(input: SubmitInput, context: RequestContext) {
  const review = pendingReview(context, input);
  if (review?.state !== 'PENDING' || review.authorId !== context.viewer.id) {
    throw unprocessable('Could not find a pending review of yours');
  }
  const pullRequest = reviewable(context, review.parentId, 'SubmitPullRequestReview');
  const { store } = context.hub;
  const hasThreads = store
    .children(pullRequest.id, 'PullRequestReviewThread')
    .some((thread) =>
      store.children(thread.id, 'PullRequestReviewComment').some(({ reviewId }) => reviewId === review.id),
    );
  const body = checkBody(input.body ?? review.body);
  const state = stateFor(context, pullRequest, { event: input.event, body, hasThreads });
  store.change(review, { body, state, submittedAt: context.hub.now() });
  context.hub.touch(pullRequest);
  return { pullRequestReview: review };
}

interface AddThreadInput extends ThreadInput {
  readonly pullRequestId?: string | null;
  readonly pullRequestReviewId?: string | null;
}

async function addThread(input: AddThreadInput, context: RequestContext) {
  const known = pendingReview(context, input);
  const pullRequest = reviewable(context, known?.parentId ?? input.pullRequestId ?? '', 'AddPullRequestReviewThread');
  const { headOid, hunks } = await diffOf(context, pullRequest);
  checkThread(hunks, input);
  const review = known ?? insertReview(context, pullRequest, { body: '', state: 'PENDING', commitOid: headOid });
  return { thread: insertThread(context, review, input) };
}

function reply(input: { pullRequestReviewThreadId: string; body: string }, context: RequestContext) {
  const { store } = context.hub;
  const thread = target(context, input.pullRequestReviewThreadId, 'PullRequestReviewThread');
  const pullRequest = reviewable(context, thread.parentId, 'AddPullRequestReviewThreadReply');
  const body = checkBody(input.body, true);
  const [first] = store.children(thread.id, 'PullRequestReviewComment');
  const { commitOid } = thread;
  const review =
    ownPending(context, pullRequest) ?? insertReview(context, pullRequest, { body: '', state: 'COMMENTED', commitOid });
  const links = { reviewId: review.id, threadId: thread.id, commitOid };
  return {
    comment: insertComment(context, { ...links, body, ...(first === undefined ? {} : { replyToId: first.id }) }),
  };
}

function resolve(isResolved: boolean) {
  return (input: { threadId: string }, context: RequestContext) => {
    const thread = target(context, input.threadId, 'PullRequestReviewThread');
    const pullRequest = context.hub.store.get(thread.parentId, 'PullRequest');
    const action = isResolved ? 'ResolveReviewThread' : 'UnresolveReviewThread';
    requireRightOn(context, pullRequest, { action, permission: 'WRITE', authorId: pullRequest.authorId });
    context.hub.store.change(thread, { resolvedById: isResolved ? context.viewer.id : null });
    return { thread };
  };
}

function dismiss(input: { pullRequestReviewId: string; message: string }, context: RequestContext) {
  const review = target(context, input.pullRequestReviewId, 'PullRequestReview');
  const pullRequest = context.hub.store.get(review.parentId, 'PullRequest');
  requireRightOn(context, pullRequest, { action: 'DismissPullRequestReview', permission: 'WRITE' });
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
    throw unprocessable('Can not dismiss a commented pull request review');
  }
  context.hub.store.change(review, { state: 'DISMISSED' });
  const details = { dismissalMessage: input.message };
  context.hub.addEvent('ReviewDismissedEvent', pullRequest, context.viewer.id, { otherId: review.id, details });
  return { pullRequestReview: review };
}

export const reviewMutations = {
  addPullRequestReview: addReview,
  submitPullRequestReview: submit,
  addPullRequestReviewThread: addThread,
  addPullRequestReviewThreadReply: reply,
  resolveReviewThread: resolve(true),
  unresolveReviewThread: resolve(false),
  dismissPullRequestReview: dismiss,
} satisfies Record<string, Mutation>;
