import { addComment } from './comments.ts';
import { createIssue } from './discussions.ts';
import type { Hub } from './hub.ts';
import { eventTypes, type IssueRecord, type RepositoryRecord } from './records.ts';

/** Deletes an issue. Its number is never given again. */
export function deleteIssue(hub: Hub, issue: IssueRecord): void {
  leave(hub, issue, null);
}

/**
 * Moves an issue to another repository: there it is a new issue, with a number and a node id of its own, and the comments.
 * Labels come along where the other repository has them.
 */
export function transferIssue(hub: Hub, issue: IssueRecord, to: RepositoryRecord): IssueRecord {
  const { store } = hub;
  const names = new Set(issue.labelIds.map((id) => store.get(id, 'Label').name));
  const labels = store.children(to.id, 'Label').filter(({ name }) => names.has(name));
  const { title, body, authorId, assigneeIds, createdAt } = issue;
  const moved = createIssue(hub, to, {
    ...{ title, body, authorId, assigneeIds, createdAt },
    labelIds: labels.map(({ id }) => id),
  });
  for (const comment of store.children(issue.id, 'IssueComment')) addComment(hub, moved, comment);
  const { state, stateReason, closedAt, locked } = issue;
  store.change(moved, { state, stateReason, closedAt, locked });
  leave(hub, issue, moved.id);
  return moved;
}

/** Takes an issue, and every mention of it on another's timeline, out of its repository. */
function leave(hub: Hub, issue: IssueRecord, movedTo: string | null): void {
  const { store } = hub;
  const repository = store.repositoryOf(issue.id);
  for (const record of store.all('Issue', 'PullRequest')) {
    for (const event of store.children(record.id, ...eventTypes)) if (event.otherId === issue.id) store.remove(event);
  }
  store.note(repository, { departed: { ...repository.departed, [issue.number]: movedTo } });
  store.remove(issue);
}
