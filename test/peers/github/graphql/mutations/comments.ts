import { addComment, deleteComment, editComment } from '../../model/comments.ts';
import type { IssueCommentRecord } from '../../model/records.ts';
import { connection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { Refusal } from '../refusal.ts';
import { checkBody, requireRightOnConversation, target, type Mutation } from './guards.ts';

function requireOwn(context: RequestContext, comment: IssueCommentRecord, action: string): void {
  const subject = context.hub.store.get(comment.parentId, 'Issue', 'PullRequest');
  requireRightOnConversation(context, subject, { action, permission: 'WRITE', authorId: comment.authorId });
}

export const commentMutations = {
  addComment: (input: { subjectId: string; body: string }, context: RequestContext) => {
    const subject = target(context, input.subjectId, 'Issue', 'PullRequest');
    const permission = subject.locked ? 'WRITE' : 'READ';
    requireRightOnConversation(context, subject, { action: 'AddComment', permission });
    const body = checkBody(input.body, true);
    const comment = addComment(context.hub, subject, { body, authorId: context.viewer.id });
    const [commentEdge] = connection([comment], {}).edges;
    return { subject, commentEdge, timelineEdge: commentEdge };
  },

  updateIssueComment: (input: { id: string; body: string }, context: RequestContext) => {
    const issueComment = target(context, input.id, 'IssueComment');
    requireOwn(context, issueComment, 'UpdateIssueComment');
    editComment(context.hub, issueComment, checkBody(input.body, true), context.viewer.id);
    return { issueComment };
  },

  deleteIssueComment: (input: { id: string }, context: RequestContext) => {
    const comment = target(context, input.id, 'IssueComment');
    requireOwn(context, comment, 'DeleteIssueComment');
    deleteComment(context.hub, comment, context.viewer.id);
    return {};
  },

  minimizeComment: (input: { subjectId: string; classifier: string }, context: RequestContext) => {
    const minimizedComment = target(context, input.subjectId, 'IssueComment');
    requireOwn(context, minimizedComment, 'MinimizeComment');
    const minimizedReason = input.classifier.toLowerCase().replace('_', '-');
    context.hub.store.note(minimizedComment, { minimizedReason });
    return { minimizedComment };
  },

  unminimizeComment: (input: { subjectId: string }, context: RequestContext) => {
    const unminimizedComment = target(context, input.subjectId, 'IssueComment');
    requireOwn(context, unminimizedComment, 'UnminimizeComment');
    context.hub.store.note(unminimizedComment, { minimizedReason: null });
    return { unminimizedComment };
  },

  lockLockable: (input: { lockableId: string }, context: RequestContext) => {
    const lockedRecord = target(context, input.lockableId, 'Issue', 'PullRequest');
    requireRightOnConversation(context, lockedRecord, { action: 'LockLockable', permission: 'TRIAGE' });
    if (lockedRecord.locked) throw new Refusal('UNPROCESSABLE', 'Conversation is already locked');
    context.hub.store.change(lockedRecord, { locked: true });
    return { actor: context.viewer, lockedRecord };
  },

  unlockLockable: (input: { lockableId: string }, context: RequestContext) => {
    const unlockedRecord = target(context, input.lockableId, 'Issue', 'PullRequest');
    requireRightOnConversation(context, unlockedRecord, { action: 'UnlockLockable', permission: 'TRIAGE' });
    context.hub.store.change(unlockedRecord, { locked: false });
    return { actor: context.viewer, unlockedRecord };
  },
} satisfies Record<string, Mutation>;
