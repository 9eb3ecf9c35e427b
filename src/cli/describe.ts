import { type ImplementationState, implementationStateNames } from '../domain/implementation.ts';
import { type IssueRef, formatIssue } from '../domain/issue.ts';
import { isStopped, type WaitsFor } from '../domain/lifecycle.ts';
import { type PlanState, planStateNames } from '../domain/plan.ts';
import type { IssueSummary } from '../domain/summary.ts';
import { nextCommand } from './next-step.ts';
import { formatUsd, plainLine } from './text.ts';

/** A plan's digest as people compare it. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** Where an issue stands, in one line without its name. A plan that is approved goes without saying. */
export function stateLine(summary: Omit<IssueSummary, 'runs'>): string {
  const { plan, implementation, paused, outcome } = summary;
  if (outcome !== null) return outcome.replace('_', ' ');
  const standing = { planState: plan.state, implementationState: implementation.state };
  return standingText({ ...standing, paused, waitsFor: summary.waitsFor });
}

/** The states of an issue that is not over, in the words that people see. */
export function standingText({
  planState,
  implementationState,
  paused,
  waitsFor,
}: {
  readonly planState: PlanState;
  readonly implementationState: ImplementationState;
  readonly paused: boolean;
  readonly waitsFor: WaitsFor;
}): string {
  const isPlanSaid = planState !== 'approved' && planState !== 'none';
  const parts = [
    ...(isPlanSaid || implementationState === 'none' ? [`plan ${planStateNames[planState]}`] : []),
    ...(implementationState === 'none' ? [] : [`implementation ${implementationStateNames[implementationState]}`]),
    ...(paused ? ['paused'] : []),
    ...(isStopped({ paused, waitsFor, planState, implementationState }) ? ['stopped at a limit'] : []),
  ];
  return parts.join(', ');
}

/** What a command that asked an issue for something prints. */
export function describeOutcome(summary: IssueSummary): string {
  const lines = [`${formatIssue(summary)}: ${stateLine(summary)}`];
  const { plan, implementation, review } = summary;
  if (plan.state === 'awaiting_review' && plan.version !== null) {
    lines.push(
      `  plan version ${String(plan.version)}, digest ${shortDigest(plan.digest ?? '')}${plan.stale ? ', stale' : ''}`,
    );
  }
  if (implementation.state !== 'none' && implementation.headSha !== null) lines.push(`  ${changeLine(summary)}`);
  if (review.report !== null) lines.push(`  review: ${review.report.verdict.replace('_', ' ')}`);
  for (const { message } of implementation.concerns) lines.push(`  ${plainLine(message)}`);
  if (implementation.pullRequest !== null) lines.push(`  pull request: ${plainLine(implementation.pullRequest.url)}`);
  if (summary.question !== null) lines.push(`  question ${summary.question.id}: ${plainLine(summary.question.text)}`);
  if (summary.stop !== null) lines.push(`  stopped: ${plainLine(summary.stop.message)}`);
  if (summary.costUsd > 0) lines.push(`  cost ${formatUsd(summary.costUsd)}`);
  const next = nextCommand(summary);
  if (next !== undefined) lines.push(`  next: ${plainLine(next)}`);
  return lines.join('\n');
}

/** Size of a change: `3 files, +40 -2, head 0123456789ab`. */
export function changeLine({ implementation }: Pick<IssueSummary, 'implementation'>): string {
  const { filesChanged, additions, deletions, headSha, branch } = implementation;
  const files = `${String(filesChanged)} ${filesChanged === 1 ? 'file' : 'files'}`;
  const where = branch === null ? '' : `, branch ${plainLine(branch)}`;
  return `${files}, +${String(additions)} -${String(deletions)}, head ${(headSha ?? '').slice(0, 12)}${where}`;
}

/** What is printed when no worker answered. */
export function describeLeft(issue: IssueRef, name: string): string {
  return `${formatIssue(issue)}: no worker answers; the request to ${name} waits in Temporal, and is applied when one starts (ghw up, or ghw worker start).`;
}
