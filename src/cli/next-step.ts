import { formatIssue } from '../domain/issue.ts';
import type { IssueSummary } from '../domain/summary.ts';

/** The command that a person gives next, or where to look; undefined if there is nothing to do. */
export function nextCommand(summary: IssueSummary): string | undefined {
  const issue = formatIssue(summary);
  if (summary.outcome !== null) return undefined;
  if (summary.paused) return `ghw issues resume ${issue}`;
  const { plan, implementation } = summary;
  switch (implementation.state) {
    case 'generating':
    case 'reviewing':
      return `ghw issues follow ${issue}`;
    case 'needs_clarification':
      return summary.url ?? undefined;
    case 'failed':
      return `ghw issues implement ${issue} --force`;
    case 'awaiting_review':
    case 'reviewed':
    case 'review_failed':
      return `ghw implementations review ${issue}`;
    case 'pr_opened':
      return implementation.pullRequest?.url;
    case 'pr_closed':
      return `ghw issues implement ${issue} --force`;
    case 'merged':
      return undefined;
    case 'none':
  }
  switch (plan.state) {
    case 'none':
    case 'rejected':
    case 'failed':
      return `ghw issues plan ${issue}`;
    case 'generating':
      return `ghw issues follow ${issue}`;
    case 'needs_clarification':
      return summary.url ?? undefined;
    case 'awaiting_review':
      return `ghw plans review ${issue}`;
    case 'approved':
      return `ghw issues implement ${issue}`;
  }
}
