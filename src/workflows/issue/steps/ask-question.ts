import { isCancellation } from '@temporalio/workflow';
import { questionCommentKey, type QuestionComment } from '../../../domain/conversation.ts';
import { withAudit, withConversation, type IssueState } from '../../../domain/issue-state.ts';
import { formatIssue } from '../../../domain/issue.ts';
import { mainActivity } from '../../activities.ts';
import { failureOf } from '../../failures.ts';
import type { IssueRun } from '../issue-run.ts';
import { known } from './agent.ts';

/**
 * Asks an agent's question on the issue, or shows there what came of it. Where that fails, the other doors are left, and
 * the audit says so.
 */
export async function askQuestion(run: IssueRun): Promise<void> {
  const { state } = run;
  const { observed, policy } = known(state);
  const { question } = state.conversation;
  const key = questionCommentKey(state.conversation);
  if (!question || key === null) return;
  const shown: QuestionComment = { questionId: question.id, at: null, key };
  if (!policy.notifications.githubComment) return run.change((current) => withShown(current, shown));
  // A person may answer before it has been posted; what was posted is then shown as answered all the same.
  if (state.conversation.comment?.questionId !== question.id)
    run.change((current) => withShown(current, { ...shown, key: '' }));
  const publish = mainActivity('publishQuestion', `Ask question ${question.id} of ${formatIssue(state.issue)}`);
  try {
    const { assignees, id: issueId } = observed;
    const { at } = await publish({
      issue: state.issue,
      issueId,
      question,
      assignees,
      commentCommands: policy.approval.commentCommands,
    });
    // When it was first asked: whoever answered before that had read another one.
    const before = state.conversation.comment;
    const askedAt = before?.questionId === question.id ? before.at : null;
    run.change((current) => ({
      ...withShown(current, { ...shown, at: askedAt ?? at }),
      comments: { ...current.comments, since: current.comments.since ?? at },
    }));
  } catch (error) {
    if (isCancellation(error)) throw error;
    const detail = `failed: ${failureOf(error, run.now()).message}`;
    const entry = { at: run.now(), action: 'publishQuestion', by: 'gh-worker', door: 'activity', detail };
    run.change((current) => withAudit(withShown(current, shown), entry));
  }
}

function withShown(state: IssueState, comment: QuestionComment): IssueState {
  return withConversation(state, { comment });
}
