import type { MergeMethod } from '../../git/merging.ts';
import { endsOf, followRefs, mergeInRemote } from '../../model/pull-requests.ts';
import type { PullRequestRecord, RepositoryRecord } from '../../model/records.ts';
import type { RequestContext } from '../context.ts';
import { requireRight, target, unprocessable, type Mutation } from './guards.ts';

interface MergeInput {
  readonly pullRequestId: string;
  readonly expectedHeadOid?: string | null;
  readonly mergeMethod?: MergeMethod | null;
  readonly commitHeadline?: string | null;
  readonly commitBody?: string | null;
  readonly authorEmail?: string | null;
}

const methodNames = { MERGE: 'Merge commits', SQUASH: 'Squash merges', REBASE: 'Rebase merges' } as const;

function refuse(repository: RepositoryRecord, pullRequest: PullRequestRecord, method: MergeMethod): void {
  if (pullRequest.state === 'MERGED') throw unprocessable('Pull request is already merged');
  if (pullRequest.state === 'CLOSED') throw unprocessable('Pull request is closed');
  if (pullRequest.isDraft) throw unprocessable('Pull Request is still a draft');
  if (!repository.allowedMergeMethods.includes(method)) {
    throw unprocessable(`${methodNames[method]} are not allowed on this repository.`);
  }
}

function message(context: RequestContext, pullRequest: PullRequestRecord, input: MergeInput): string {
  const owner = context.hub.store.accountById(context.hub.store.repositoryOf(pullRequest.id).ownerId).login;
  const isMerge = input.mergeMethod === 'MERGE' || input.mergeMethod == null;
  const headline = isMerge
    ? `Merge pull request #${pullRequest.number} from ${owner}/${pullRequest.headRefName}`
    : `${pullRequest.title} (#${pullRequest.number})`;
  const body = input.commitBody ?? (isMerge ? pullRequest.title : '');
  return `${input.commitHeadline ?? headline}\n\n${body}`.trim();
}

async function merge(input: MergeInput, context: RequestContext) {
  const { hub, viewer } = context;
  const pullRequest = target(context, input.pullRequestId, 'PullRequest');
  const repository = hub.store.repositoryOf(pullRequest.id);
  requireRight(context, repository, { action: 'MergePullRequest', areas: ['contents'], permission: 'WRITE' });
  const method = input.mergeMethod ?? 'MERGE';
  await hub.exclusively(repository, async () => {
    refuse(repository, pullRequest, method);
    const { headOid, baseOid } = endsOf(await hub.remote.refs(repository), pullRequest);
    if (input.expectedHeadOid != null && input.expectedHeadOid !== headOid) {
      throw unprocessable('Head branch was modified. Review and try the merge again.');
    }
    const outcome = await mergeInRemote(hub, pullRequest, {
      method,
      actor: viewer,
      message: message(context, pullRequest, input),
      ...(input.authorEmail == null ? {} : { authorEmail: input.authorEmail }),
      headOid,
      baseOid,
    });
    if (outcome === 'conflict') throw unprocessable('Pull Request is not mergeable');
    if (outcome === 'moved') throw unprocessable('Base branch was modified. Review and try the merge again.');
  });
  context.forgetRefs(repository);
  await followRefs(hub, repository, viewer.id);
  return { actor: viewer, pullRequest };
}

export const mergeMutations = { mergePullRequest: merge } satisfies Record<string, Mutation>;
