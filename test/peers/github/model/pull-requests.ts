import type { MergeMethod } from '../git/merging.ts';
import { closeIssue, closePullRequest } from './discussions.ts';
import type { Hub } from './hub.ts';
import type { AccountRecord, PullRequestRecord, RepositoryRecord } from './records.ts';
import { closingIssues } from './references.ts';

export function branchRef(name: string): string {
  return `refs/heads/${name}`;
}

export function pullRequestRef(pullRequest: PullRequestRecord): string {
  return `refs/pull/${pullRequest.number}/head`;
}

/** Head and base of a pull request by the remote's refs; what was last seen once it is closed. */
export function endsOf(
  refs: ReadonlyMap<string, string>,
  pullRequest: PullRequestRecord,
): { readonly headOid: string; readonly baseOid: string } {
  if (pullRequest.state !== 'OPEN') return pullRequest;
  return {
    headOid: refs.get(branchRef(pullRequest.headRefName)) ?? pullRequest.headOid,
    baseOid: refs.get(branchRef(pullRequest.baseRefName)) ?? pullRequest.baseOid,
  };
}

/** Opens a closed pull request again, at what its branches are by now. */
export function reopenPullRequest(
  hub: Hub,
  pullRequest: PullRequestRecord,
  { refs, actorId }: { readonly refs: ReadonlyMap<string, string>; readonly actorId: string },
): void {
  hub.store.change(pullRequest, { ...endsOf(refs, { ...pullRequest, state: 'OPEN' }), state: 'OPEN', closedAt: null });
  hub.addEvent('ReopenedEvent', pullRequest, actorId);
}

/** Makes a pull request a draft, or ready for review; what stays the same leaves no trace. */
export function setDraft(hub: Hub, pullRequest: PullRequestRecord, isDraft: boolean, actorId: string): void {
  if (pullRequest.isDraft === isDraft) return;
  hub.store.change(pullRequest, { isDraft });
  hub.addEvent(isDraft ? 'ConvertToDraftEvent' : 'ReadyForReviewEvent', pullRequest, actorId);
}

/** Records that a pull request is merged, and closes the issues that it says it closes. */
export function markMerged(
  hub: Hub,
  pullRequest: PullRequestRecord,
  merge: {
    readonly actorId: string;
    readonly mergeCommitOid: string;
    readonly headOid: string;
    readonly baseOid: string;
  },
): void {
  const { actorId, ...oids } = merge;
  const mergedAt = hub.now();
  hub.store.change(pullRequest, { ...oids, state: 'MERGED', mergedAt, closedAt: mergedAt, mergedById: actorId });
  hub.addEvent('MergedEvent', pullRequest, actorId, { details: { commitOid: merge.mergeCommitOid } });
  hub.addEvent('ClosedEvent', pullRequest, actorId);
  for (const issue of closingIssues(hub, pullRequest)) {
    if (issue.state === 'OPEN') closeIssue(hub, issue, { actorId, closerId: pullRequest.id });
  }
}

export interface MergeRequest {
  readonly method: MergeMethod;
  readonly actor: AccountRecord;
  readonly message: string;
  readonly authorEmail?: string;
  readonly headOid: string;
  readonly baseOid: string;
}

/** Merges in the remote itself. `conflict` and `moved` leave everything as it was. Not to be run beside another one. */
export async function mergeInRemote(
  hub: Hub,
  pullRequest: PullRequestRecord,
  request: MergeRequest,
): Promise<'merged' | 'conflict' | 'moved'> {
  const { method, actor, message, headOid, baseOid } = request;
  const repository = hub.store.repositoryOf(pullRequest.id);
  const author = { name: actor.name ?? actor.login, email: request.authorEmail ?? actor.email };
  const merged = await hub.merging.merge(repository, { method, baseOid, headOid, message, author });
  if (merged === null) return 'conflict';
  const hasMoved = await hub.remote.updateRef(repository, branchRef(pullRequest.baseRefName), merged, baseOid);
  if (!hasMoved) return 'moved';
  hub.store.note(repository, { pushedAt: hub.now() });
  markMerged(hub, pullRequest, { actorId: actor.id, mergeCommitOid: merged, headOid, baseOid });
  return 'merged';
}

async function follow(
  hub: Hub,
  repository: RepositoryRecord,
  pullRequest: PullRequestRecord,
  change: { readonly refs: ReadonlyMap<string, string>; readonly actorId: string | null },
): Promise<void> {
  const { refs, actorId } = change;
  const headOid = refs.get(branchRef(pullRequest.headRefName));
  if (headOid === undefined) {
    closePullRequest(hub, pullRequest, actorId);
    hub.addEvent('HeadRefDeletedEvent', pullRequest, actorId);
    return;
  }
  const baseOid = refs.get(branchRef(pullRequest.baseRefName)) ?? pullRequest.baseOid;
  if (headOid !== pullRequest.headOid) {
    const before = pullRequest.headOid;
    hub.store.change(pullRequest, { headOid });
    await hub.remote.updateRef(repository, pullRequestRef(pullRequest), headOid);
    if ((await hub.objects.mergeBase(repository, before, headOid)) !== before) {
      hub.addEvent('HeadRefForcePushedEvent', pullRequest, actorId, { details: { before, after: headOid } });
    }
  }
  if (baseOid === pullRequest.baseOid) return;
  if ((await hub.objects.mergeBase(repository, baseOid, headOid)) === headOid) {
    const merger = actorId ?? pullRequest.authorId;
    const { baseOid: before } = pullRequest;
    markMerged(hub, pullRequest, { actorId: merger, mergeCommitOid: baseOid, headOid, baseOid: before });
    return;
  }
  // The base moved on by itself: no news for the pull request, so its `updatedAt` stays.
  hub.store.note(pullRequest, { baseOid });
}

/**
 * Brings the open pull requests of a repository in line with the remote's refs: after a push, a change made behind the
 * server's back, or a server that died between the two. Doing it again changes nothing.
 */
export function followRefs(hub: Hub, repository: RepositoryRecord, actorId: string | null): Promise<void> {
  return hub.exclusively(repository, async () => {
    const refs = await hub.remote.refs(repository);
    await adoptDefaultBranch(hub, repository, refs);
    for (const pullRequest of hub.store.children(repository.id, 'PullRequest')) {
      if (pullRequest.state === 'OPEN') await follow(hub, repository, pullRequest, { refs, actorId });
    }
  });
}

/** The first branch pushed to an empty repository becomes its default branch. */
async function adoptDefaultBranch(
  hub: Hub,
  repository: RepositoryRecord,
  refs: ReadonlyMap<string, string>,
): Promise<void> {
  if (refs.has(branchRef(repository.defaultBranch))) return;
  const first = [...refs.keys()].find((name) => name.startsWith('refs/heads/'));
  if (first === undefined) return;
  const defaultBranch = first.slice('refs/heads/'.length);
  await hub.remote.setHead(repository, defaultBranch);
  hub.store.change(repository, { defaultBranch });
}
