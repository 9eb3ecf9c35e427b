import { formatIssue } from '../../domain/issue.ts';
import { applyExpiry, questionExpiresAt } from '../../domain/progress/question.ts';
import type { IssueRun } from './issue-run.ts';
import { watchTime } from './watch-time.ts';

/**
 * Watches over an agent's question that nobody answers.
 *
 * @returns ends the watch
 */
export function watchExpiry(run: IssueRun): () => Promise<void> {
  return watchTime(() => questionExpiresAt(run.state), {
    summary: () => `The question at ${formatIssue(run.state.issue)} expires`,
    act: () => run.change((state) => applyExpiry(state, run.now())),
  });
}
