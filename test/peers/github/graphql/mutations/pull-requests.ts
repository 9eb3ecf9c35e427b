import { closePullRequest, createPullRequest } from '../../model/discussions.ts';
import { branchRef, pullRequestRef, reopenPullRequest, setDraft } from '../../model/pull-requests.ts';
import type { PullRequestRecord, RepositoryRecord } from '../../model/records.ts';
import type { RequestContext } from '../context.ts';
import { checkBody, checkTitle, requireRight, requireRightOn, target, unprocessable, type Mutation } from './guards.ts';
import { applyEdit, type EditInput } from './issues.ts';

interface CreatePullRequestInput {
  readonly repositoryId: string;
  readonly baseRefName: string;
  readonly headRefName: string;
  readonly headRepositoryId?: string | null;
  readonly title: string;
  readonly body?: string | null;
  readonly draft?: boolean | null;
  readonly maintainerCanModify?: boolean | null;
}

interface Ends {
  readonly baseRefName: string;
  readonly headRefName: string;
}

/** The branch behind `branch` or `owner:branch`. Forks are not modelled, so the owner can only be the repository's own. */
function headBranch(context: RequestContext, repository: RepositoryRecord, name: string): string {
  const owner = context.hub.store.accountById(repository.ownerId).login;
  const prefix = `${owner}:`.toLowerCase();
  return name.toLowerCase().startsWith(prefix) ? name.slice(prefix.length) : name;
}

async function checkEnds(context: RequestContext, repository: RepositoryRecord, names: Ends) {
  const refs = await context.refs(repository);
  const headOid = refs.get(branchRef(names.headRefName));
  const baseOid = refs.get(branchRef(names.baseRefName));
  const nothingBetween = `No commits between ${names.baseRefName} and ${names.headRefName}`;
  if (headOid === undefined || baseOid === undefined) {
    const missing = [
      ...(headOid === undefined ? ['Head ref must be a branch'] : []),
      ...(baseOid === undefined ? ['Base ref must be a branch'] : []),
    ];
    throw unprocessable(["Head sha can't be blank", "Base sha can't be blank", nothingBetween, ...missing].join(', '));
  }
  const commits = await context.hub.objects.commitsBetween(repository, baseOid, headOid);
  if (commits.length === 0) throw unprocessable(nothingBetween);
  if ((await context.hub.objects.mergeBase(repository, baseOid, headOid)) === null) {
    throw unprocessable(`The ${names.headRefName} branch has no history in common with ${names.baseRefName}`);
  }
  return { headOid, baseOid };
}

function refuseDuplicate(context: RequestContext, repository: RepositoryRecord, ends: Ends): void {
  const isOpen = context.hub.store
    .children(repository.id, 'PullRequest')
    .some(
      ({ state, headRefName, baseRefName }) =>
        state === 'OPEN' && headRefName === ends.headRefName && baseRefName === ends.baseRefName,
    );
  if (!isOpen) return;
  const owner = context.hub.store.accountById(repository.ownerId).login;
  throw unprocessable(`A pull request already exists for ${owner}:${ends.headRefName}.`);
}

async function create(input: CreatePullRequestInput, context: RequestContext) {
  const repository = target(context, input.repositoryId, 'Repository');
  requireRight(context, repository, { action: 'CreatePullRequest', areas: ['pull_requests'], permission: 'WRITE' });
  if (input.headRepositoryId != null && input.headRepositoryId !== repository.id) {
    throw unprocessable('This local GitHub has no forks: the head must be in the same repository.');
  }
  const headRefName = headBranch(context, repository, input.headRefName);
  const ends = { baseRefName: input.baseRefName, headRefName };
  const title = checkTitle(input.title);
  const body = checkBody(input.body ?? '');
  refuseDuplicate(context, repository, ends);
  const oids = await checkEnds(context, repository, ends);
  // Another request may have been faster while git was asked.
  refuseDuplicate(context, repository, ends);
  const pullRequest = createPullRequest(context.hub, repository, {
    ...ends,
    ...oids,
    title,
    body,
    authorId: context.viewer.id,
    isDraft: input.draft === true,
    maintainerCanModify: input.maintainerCanModify !== false,
  });
  await context.hub.remote.updateRef(repository, pullRequestRef(pullRequest), oids.headOid);
  return { pullRequest };
}

function open(context: RequestContext, id: string, action: string): PullRequestRecord {
  const pullRequest = target(context, id, 'PullRequest');
  requireRightOn(context, pullRequest, { action, permission: 'TRIAGE', authorId: pullRequest.authorId });
  return pullRequest;
}

function close(context: RequestContext, pullRequest: PullRequestRecord): void {
  if (pullRequest.state === 'MERGED') throw unprocessable('Could not close the pull request.');
  if (pullRequest.state === 'OPEN') closePullRequest(context.hub, pullRequest, context.viewer.id);
}

async function reopen(context: RequestContext, pullRequest: PullRequestRecord): Promise<void> {
  if (pullRequest.state === 'OPEN') return;
  if (pullRequest.state === 'MERGED') throw unprocessable('Could not open the pull request.');
  const repository = context.hub.store.repositoryOf(pullRequest.id);
  const refs = await context.refs(repository);
  if (!refs.has(branchRef(pullRequest.headRefName))) throw unprocessable('Could not open the pull request.');
  refuseDuplicate(context, repository, pullRequest);
  reopenPullRequest(context.hub, pullRequest, { refs, actorId: context.viewer.id });
}

async function changeBase(context: RequestContext, pullRequest: PullRequestRecord, baseRefName: string): Promise<void> {
  if (baseRefName === pullRequest.baseRefName) return;
  if (pullRequest.state !== 'OPEN') throw unprocessable('Cannot change the base branch of a closed pull request.');
  const repository = context.hub.store.repositoryOf(pullRequest.id);
  const ends = { baseRefName, headRefName: pullRequest.headRefName };
  refuseDuplicate(context, repository, ends);
  const oids = await checkEnds(context, repository, ends);
  context.hub.store.change(pullRequest, { baseRefName, ...oids });
  context.hub.addEvent('BaseRefChangedEvent', pullRequest, context.viewer.id);
}

export const pullRequestMutations = {
  createPullRequest: create,

  updatePullRequest: async (
    input: EditInput & { pullRequestId: string; baseRefName?: string | null; state?: 'OPEN' | 'CLOSED' | null },
    context: RequestContext,
  ) => {
    const pullRequest = open(context, input.pullRequestId, 'UpdatePullRequest');
    if (input.baseRefName != null) await changeBase(context, pullRequest, input.baseRefName);
    applyEdit(context, pullRequest, input);
    if (input.state === 'CLOSED') close(context, pullRequest);
    if (input.state === 'OPEN') await reopen(context, pullRequest);
    return { actor: context.viewer, pullRequest };
  },

  closePullRequest: (input: { pullRequestId: string }, context: RequestContext) => {
    const pullRequest = open(context, input.pullRequestId, 'ClosePullRequest');
    close(context, pullRequest);
    return { pullRequest };
  },

  reopenPullRequest: async (input: { pullRequestId: string }, context: RequestContext) => {
    const pullRequest = open(context, input.pullRequestId, 'ReopenPullRequest');
    await reopen(context, pullRequest);
    return { pullRequest };
  },

  markPullRequestReadyForReview: (input: { pullRequestId: string }, context: RequestContext) => {
    const pullRequest = open(context, input.pullRequestId, 'MarkPullRequestReadyForReview');
    setDraft(context.hub, pullRequest, false, context.viewer.id);
    return { pullRequest };
  },

  convertPullRequestToDraft: (input: { pullRequestId: string }, context: RequestContext) => {
    const pullRequest = open(context, input.pullRequestId, 'ConvertPullRequestToDraft');
    if (pullRequest.state !== 'OPEN') throw unprocessable('Pull request is closed');
    setDraft(context.hub, pullRequest, true, context.viewer.id);
    return { pullRequest };
  },
} satisfies Record<string, Mutation>;
