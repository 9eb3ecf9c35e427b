import { isCancellation } from '@temporalio/workflow';
import { describeWaiting } from '../../../domain/describe.ts';
import { withAudit } from '../../../domain/issue-state.ts';
import { formatIssue } from '../../../domain/issue.ts';
import { withReminderGiven } from '../../../domain/reminder.ts';
import { mainActivity } from '../../activities.ts';
import { failureOf } from '../../failures.ts';
import type { IssueRun } from '../issue-run.ts';
import { known } from './agent.ts';

/** Reminds people of what waits for them. One that cannot be given is in the audit and counts as given. */
export async function remind(run: IssueRun): Promise<void> {
  const { state } = run;
  const { observed, policy } = known(state);
  const { waiting } = state;
  if (!waiting) return;
  const ordinal = waiting.reminded + 1;
  const { what, how } = describeWaiting(state);
  let detail = `${what}, since ${waiting.since}`;
  if (policy.notifications.githubComment) {
    const post = mainActivity('postReminder', `Remind of what waits at ${formatIssue(state.issue)}`);
    try {
      await post({
        issue: state.issue,
        issueId: observed.id,
        key: waiting.key,
        ordinal,
        since: waiting.since,
        what,
        how,
        assignees: observed.assignees,
      });
    } catch (error) {
      if (isCancellation(error)) throw error;
      detail = `failed: ${failureOf(error, run.now()).message}`;
    }
  }
  run.change((current) =>
    withReminderGiven(withAudit(current, { at: run.now(), action: 'remind', by: 'gh-worker', door: 'timer', detail })),
  );
}
