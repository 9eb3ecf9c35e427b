import { currentPlan, planStateNames } from './plan.ts';
import { implementationStateNames } from './implementation.ts';
import type { IssueState } from './issue-state.ts';
import { formatIssue } from './issue.ts';
import { isPlanStale, waitsFor } from './lifecycle.ts';
import { nextStep } from './next-step.ts';
import { shortDigest } from './digest.ts';

/** Text of others, as text: Markdown in a title must not become structure. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&').replace(/\p{Cc}+/gu, ' ');
}

function row(label: string, value: string | null | undefined): string[] {
  return value ? [`| ${label} | ${value} |`] : [];
}

function publishHint(state: IssueState): string | null {
  const { implementation } = state;
  const head = implementation.change?.headOid;
  if (!head || !['awaiting_review', 'reviewed', 'review_failed'].includes(implementation.state)) return null;
  return `Publish it: send \`openPullRequest\` with \`{"headSha": "${head}", "by": "you"}\`.`;
}

function approvalHint(state: IssueState): string | null {
  const current = currentPlan(state.plan);
  if (state.plan.state !== 'awaiting_review' || !current) return null;
  const stale = isPlanStale(state) ? ', "staleOk": true' : '';
  return (
    `Approve it: send \`approvePlan\` with \`{"digest": "${shortDigest(current.digest)}", "by": "you"${stale}}\`; ` +
    'or `revisePlan` with `{"feedback": "…", "by": "you"}`, or `rejectPlan` with `{"reason": "…", "by": "you"}`.'
  );
}

/** What waits for a person, and how to decide it where people read it on GitHub. */
export function describeWaiting(state: IssueState): { readonly what: string; readonly how: string } {
  const { plan, implementation } = state;
  const where = `${state.issue.repository} ${state.issue.number}`;
  const current = currentPlan(plan);
  if (implementation.state !== 'none') {
    const what = `the implementation (${implementationStateNames[implementation.state]})`;
    const failed = implementation.state === 'failed';
    return {
      what,
      how: failed ? `\`ghw issues implement ${where} --force\`` : `\`ghw implementations review ${where}\``,
    };
  }
  const what = current ? `version ${current.version} of the plan (${planStateNames[plan.state]})` : 'the plan';
  if (plan.state !== 'awaiting_review' || !current) return { what, how: `\`ghw issues plan ${where}\`` };
  const comment = state.policy?.approval.commentCommands
    ? ', or a comment that says `/approve`, or `/revise` and what should be different'
    : '';
  return { what, how: `\`ghw plans review ${where}\`${comment}` };
}

/** The issue at a glance, in Markdown, for the Temporal Web UI's current details. */
export function describeIssue(state: IssueState): string {
  const { plan, implementation, review, observed } = state;
  const current = currentPlan(plan);
  const { pullRequest } = implementation;
  const failure = plan.failure ?? implementation.failure ?? review.failure;
  const version = current ? ` (version ${current.version}, digest \`${shortDigest(current.digest)}\`)` : '';
  const stale = isPlanStale(state) ? ', **stale: the issue text changed**' : '';
  const lines = [
    `## ${formatIssue(state.issue)}${observed ? `: ${escapeMarkdown(observed.title)}` : ''}`,
    '',
    '| | |',
    '|---|---|',
    ...row('Waits for', state.paused ? `person (paused by ${escapeMarkdown(state.paused.by)})` : waitsFor(state)),
    ...row('Now', nextStep(state)?.kind),
    ...row('Plan', `${planStateNames[plan.state]}${version}${stale}`),
    ...row('Approved by', plan.approval && escapeMarkdown(plan.approval.by)),
    ...row('Implementation', implementationStateNames[implementation.state]),
    ...row('Pull request', pullRequest && `[#${pullRequest.number}](${pullRequest.url}), ${pullRequest.state}`),
    ...row('Review', review.last && `${review.last.report.verdict}, ${review.last.report.findings.length} findings`),
    ...row('Concerns', implementation.concerns.map((concern) => escapeMarkdown(concern.message)).join('; ')),
    ...row('Failure', failure && `**${failure.name}**: ${escapeMarkdown(failure.message)}`),
    ...row('Cost', `$${state.costUsd.toFixed(4)}`),
    ...row('Issue', observed?.url),
  ];
  const hint = approvalHint(state) ?? publishHint(state);
  if (hint) lines.push('', hint);
  if (plan.state === 'awaiting_review' && current?.text) lines.push('', '---', '', current.text);
  return lines.join('\n');
}
