import { openQuestion } from './conversation.ts';
import { isBudget } from './limit.ts';
import { answersOf } from './question.ts';
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

function questionHint({ conversation }: IssueState): string | null {
  const question = openQuestion(conversation);
  if (!question) return null;
  const { context, expiresAt, id, text } = question;
  return [
    `### Question \`${id}\` (${answersOf(question)})`,
    '',
    escapeMarkdown(text),
    ...(context === null ? [] : ['', escapeMarkdown(context)]),
    '',
    `Answer it: send \`answer\` with \`{"questionId": "${id}", "text": "…", "by": "you"}\`` +
      `${expiresAt === null ? '' : `, until ${expiresAt}`}.`,
  ].join('\n');
}

function stopHint({ stop }: IssueState): string | null {
  if (!stop) return null;
  const how = isBudget(stop.kind)
    ? 'send `raiseBudget` with `{"usd": 5, "by": "you"}`, or `resume` once there is money again'
    : 'send `resume`';
  return `Stopped: ${escapeMarkdown(stop.message)}. To go on in the same session, ${how}; \`cancel\` ends it.`;
}

/** What waits for a person, and how to decide it where people read it on GitHub. */
export function describeWaiting(state: IssueState): { readonly what: string; readonly how: string } {
  const { plan, implementation } = state;
  const where = `${state.issue.repository} ${state.issue.number}`;
  const current = currentPlan(plan);
  const { stop } = state;
  if (stop) {
    const raise = `\`ghw issues budget ${where} --raise 5\``;
    return {
      what: `work that stopped: ${stop.message}`,
      how: isBudget(stop.kind) ? raise : `\`ghw issues resume ${where}\``,
    };
  }
  const question = openQuestion(state.conversation);
  if (question) return { what: `an answer to question ${question.id}`, how: `\`ghw issues answer ${where} "…"\`` };
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

function costText({ costUsd, policy, purse }: IssueState): string {
  const limit = policy?.budgets.issueUsd ?? null;
  const budget = limit === null ? '' : ` of $${(limit + purse.raisedUsd).toFixed(2)}`;
  return `$${costUsd.toFixed(4)}${budget}`;
}

/** The issue at a glance, in Markdown, for the Temporal Web UI's current details. */
export function describeIssue(state: IssueState): string {
  const { conversation, plan, implementation, review, observed } = state;
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
    ...row('Said and not yet told', conversation.waiting.length > 0 ? `${conversation.waiting.length} messages` : null),
    ...row('Cost', costText(state)),
    ...row('Issue', observed?.url),
  ];
  const hint = stopHint(state) ?? questionHint(state) ?? approvalHint(state) ?? publishHint(state);
  if (hint) lines.push('', hint);
  if (plan.state === 'awaiting_review' && current?.text) lines.push('', '---', '', current.text);
  return lines.join('\n');
}
