import type { Hub } from './hub.ts';
import type { Discussion, IssueRecord, IssueStateReason, PullRequestRecord, RepositoryRecord } from './records.ts';
import { recordReferences } from './references.ts';

export interface NewDiscussion {
  readonly title: string;
  readonly body: string;
  readonly authorId: string;
  readonly labelIds?: readonly string[];
  readonly assigneeIds?: readonly string[];
  readonly milestoneId?: string | null;
  readonly createdAt?: string;
}

export interface DiscussionEdit {
  readonly title?: string;
  readonly body?: string;
  readonly milestoneId?: string | null;
}

function start(repository: RepositoryRecord, input: NewDiscussion) {
  const number = repository.nextNumber;
  repository.nextNumber += 1;
  return {
    number,
    title: input.title,
    body: input.body,
    authorId: input.authorId,
    lastEditedAt: null,
    editorId: null,
    labelIds: [...(input.labelIds ?? [])],
    assigneeIds: [...(input.assigneeIds ?? [])],
    milestoneId: input.milestoneId ?? null,
    closedAt: null,
    locked: false,
    ...(input.createdAt === undefined ? {} : { createdAt: input.createdAt }),
  };
}

export function createIssue(hub: Hub, repository: RepositoryRecord, input: NewDiscussion): IssueRecord {
  const issue = hub.store.insert('Issue', repository.id, {
    ...start(repository, input),
    state: 'OPEN',
    stateReason: null,
  });
  recordReferences(hub, issue, issue.body, input.authorId);
  return issue;
}

export function createPullRequest(
  hub: Hub,
  repository: RepositoryRecord,
  input: NewDiscussion &
    Pick<PullRequestRecord, 'baseRefName' | 'headRefName' | 'baseOid' | 'headOid' | 'isDraft' | 'maintainerCanModify'>,
): PullRequestRecord {
  const pullRequest = hub.store.insert('PullRequest', repository.id, {
    ...start(repository, input),
    state: 'OPEN',
    isDraft: input.isDraft,
    baseRefName: input.baseRefName,
    headRefName: input.headRefName,
    baseOid: input.baseOid,
    headOid: input.headOid,
    mergedAt: null,
    mergedById: null,
    mergeCommitOid: null,
    maintainerCanModify: input.maintainerCanModify,
  });
  recordReferences(hub, pullRequest, pullRequest.body, input.authorId);
  return pullRequest;
}

/** Changes title, body or milestone. What stays the same leaves no trace, as on GitHub. */
export function editDiscussion(hub: Hub, item: Discussion, edit: DiscussionEdit, actorId: string): void {
  if (edit.title !== undefined && edit.title !== item.title) {
    const details = { previousTitle: item.title, currentTitle: edit.title };
    hub.store.change(item, { title: edit.title });
    hub.addEvent('RenamedTitleEvent', item, actorId, { details });
  }
  if (edit.body !== undefined && edit.body !== item.body) {
    hub.store.change(item, { body: edit.body, lastEditedAt: hub.now(), editorId: actorId });
    recordReferences(hub, item, edit.body, actorId);
  }
  if (edit.milestoneId !== undefined && edit.milestoneId !== item.milestoneId) {
    hub.store.change(item, { milestoneId: edit.milestoneId });
    if (edit.milestoneId !== null) hub.addEvent('MilestonedEvent', item, actorId, { otherId: edit.milestoneId });
  }
}

/** Makes the labels exactly these, with an event for each that comes or goes. */
export function setLabels(hub: Hub, item: Discussion, labelIds: readonly string[], actorId: string): void {
  const { added, removed } = difference(item.labelIds, labelIds);
  if (added.length + removed.length === 0) return;
  hub.store.change(item, { labelIds: [...new Set(labelIds)] });
  for (const otherId of added) hub.addEvent('LabeledEvent', item, actorId, { otherId });
  for (const otherId of removed) hub.addEvent('UnlabeledEvent', item, actorId, { otherId });
}

/** Makes the assignees exactly these, with an event for each that comes or goes. */
export function setAssignees(hub: Hub, item: Discussion, assigneeIds: readonly string[], actorId: string): void {
  const { added, removed } = difference(item.assigneeIds, assigneeIds);
  if (added.length + removed.length === 0) return;
  hub.store.change(item, { assigneeIds: [...new Set(assigneeIds)] });
  for (const otherId of added) hub.addEvent('AssignedEvent', item, actorId, { otherId });
  for (const otherId of removed) hub.addEvent('UnassignedEvent', item, actorId, { otherId });
}

function difference(before: readonly string[], after: readonly string[]) {
  return {
    added: [...new Set(after)].filter((id) => !before.includes(id)),
    removed: before.filter((id) => !after.includes(id)),
  };
}

export function closeIssue(
  hub: Hub,
  issue: IssueRecord,
  how: { readonly actorId: string; readonly reason?: IssueStateReason; readonly closerId?: string },
): void {
  const stateReason = how.reason ?? 'COMPLETED';
  if (issue.state === 'CLOSED' && issue.stateReason === stateReason) return;
  hub.store.change(issue, { state: 'CLOSED', stateReason, closedAt: hub.now() });
  hub.addEvent('ClosedEvent', issue, how.actorId, {
    ...(how.closerId === undefined ? {} : { otherId: how.closerId }),
    details: { stateReason },
  });
}

export function reopenIssue(hub: Hub, issue: IssueRecord, actorId: string): void {
  if (issue.state === 'OPEN') return;
  hub.store.change(issue, { state: 'OPEN', stateReason: 'REOPENED', closedAt: null });
  hub.addEvent('ReopenedEvent', issue, actorId, { details: { stateReason: 'REOPENED' } });
}

export function closePullRequest(hub: Hub, pullRequest: PullRequestRecord, actorId: string | null): void {
  hub.store.change(pullRequest, { state: 'CLOSED', closedAt: hub.now() });
  hub.addEvent('ClosedEvent', pullRequest, actorId);
}
