import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { formatIssue } from '../../domain/issue.ts';
import { nextReminderAt, withReminderDue } from '../../domain/reminder.ts';
import type { IssueRun } from './issue-run.ts';

/**
 * Watches over what waits for a person, and says when a reminder is due. It decides nothing.
 *
 * @returns ends the watch
 */
export function watchReminders(run: IssueRun): () => Promise<void> {
  const scope = new CancellationScope();
  const ended = scope
    .run(async () => {
      for (;;) {
        await condition(() => nextReminderAt(run.state) !== null);
        const at = nextReminderAt(run.state);
        if (at === null) continue;
        const isOver = (): boolean => nextReminderAt(run.state) !== at;
        const wait = at - Date.now();
        const summary = `Remind of what waits at ${formatIssue(run.state.issue)}`;
        const changed = wait > 0 && (await condition(isOver, wait, { summary }));
        if (!changed) run.change(withReminderDue);
      }
    })
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  return async () => {
    scope.cancel();
    await ended;
  };
}
