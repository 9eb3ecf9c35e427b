import { formatIssue } from '../domain/issue.ts';
import { isStopped } from '../domain/lifecycle.ts';
import type { IssueSummary } from '../domain/summary.ts';

/** As much of a summary as says what comes next. */
export type Standing = Pick<IssueSummary, 'repository' | 'number' | 'url' | 'outcome' | 'paused' | 'waitsFor'> & {
  readonly plan: Pick<IssueSummary['plan'], 'state'>;
  readonly implementation: Pick<IssueSummary['implementation'], 'state'>;
};

/** The command that a person gives next, or where to look; undefined if there is nothing to do. */
export function nextCommand(summary: Standing): string | undefined {
  const issue = formatIssue(summary);
  if (summary.outcome !== null) return undefined;
  if (summary.paused) return `ghw issues resume ${issue}`;
  if (hasStopped(summary)) return `ghw issues budget ${issue}`;
  return planCommand(summary, issue) ?? implementationCommand(summary, issue);
}

function hasStopped({ implementation, paused, plan, waitsFor }: Standing): boolean {
  return isStopped({ paused, waitsFor, planState: plan.state, implementationState: implementation.state });
}

/** What the plan wants; undefined where it is the implementation's turn. */
function planCommand({ plan, implementation }: Standing, issue: string): string | undefined {
  switch (plan.state) {
    case 'none':
    case 'rejected':
    case 'failed':
      return implementation.state === 'none' ? `ghw issues plan ${issue}` : undefined;
    case 'generating':
      return `ghw issues follow ${issue}`;
    case 'needs_clarification':
      return `ghw issues questions ${issue}`;
    case 'awaiting_review':
      return `ghw plans review ${issue}`;
    case 'approved':
      return undefined;
  }
}

function implementationCommand({ implementation }: Standing, issue: string): string | undefined {
  switch (implementation.state) {
    case 'none':
      return `ghw issues implement ${issue}`;
    case 'generating':
    case 'reviewing':
      return `ghw issues follow ${issue}`;
    case 'needs_clarification':
      return `ghw issues questions ${issue}`;
    case 'awaiting_review':
    case 'reviewed':
    case 'review_failed':
      return `ghw implementations review ${issue}`;
    case 'failed':
    case 'pr_closed':
      return `ghw issues implement ${issue} --force`;
    case 'pr_opened':
    case 'merged':
      return undefined;
  }
}
