import { formatIssue } from '../../domain/issue.ts';
import { nextReminderAt, withReminderDue } from '../../domain/reminder.ts';
import type { IssueRun } from './issue-run.ts';
import { watchTime } from './watch-time.ts';

/**
 * Watches over what waits for a person, and says when a reminder is due. It decides nothing.
 *
 * @returns ends the watch
 */
export function watchReminders(run: IssueRun): () => Promise<void> {
  return watchTime(() => nextReminderAt(run.state), {
    summary: () => `Remind of what waits at ${formatIssue(run.state.issue)}`,
    act: () => run.change(withReminderDue),
  });
}
