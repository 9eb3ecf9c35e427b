import type { Hub } from './hub.ts';
import type { Discussion, IssueCommentRecord } from './records.ts';
import { recordReferences } from './references.ts';

export function addComment(
  hub: Hub,
  subject: Discussion,
  input: { readonly body: string; readonly authorId: string; readonly createdAt?: string },
): IssueCommentRecord {
  const comment = hub.store.insert('IssueComment', subject.id, {
    ...input,
    lastEditedAt: null,
    editorId: null,
    minimizedReason: null,
  });
  hub.touch(subject);
  recordReferences(hub, subject, input.body, input.authorId);
  return comment;
}

export function editComment(hub: Hub, comment: IssueCommentRecord, body: string, actorId: string): void {
  if (comment.body === body) return;
  const subject = hub.store.get(comment.parentId, 'Issue', 'PullRequest');
  hub.store.change(comment, { body, lastEditedAt: hub.now(), editorId: actorId });
  hub.touch(subject);
  recordReferences(hub, subject, body, actorId);
}

export function deleteComment(hub: Hub, comment: IssueCommentRecord, actorId: string): void {
  const subject = hub.store.get(comment.parentId, 'Issue', 'PullRequest');
  hub.store.remove(comment);
  hub.addEvent('CommentDeletedEvent', subject, actorId, { otherId: comment.authorId });
  hub.touch(subject);
}
