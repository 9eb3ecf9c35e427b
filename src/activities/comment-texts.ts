import { digestText, shortDigest } from '../domain/digest.ts';
import { escapeMarkdown } from '../domain/describe.ts';
import type { ValidationReport } from '../domain/change.ts';
import { harmless, harmlessLine } from '../domain/harmless.ts';
import { planStateNames } from '../domain/plan.ts';
import type { FinishedReview } from '../domain/review.ts';
import type { OpenPullRequestInput, PublishPlanInput, ReminderInput } from './types.ts';

export const PLAN_MARKER = '<!-- gh-worker:plan -->';
export const REVIEW_MARKER = '<!-- gh-worker:review -->';
const PULL_REQUEST_MARKER = '<!-- gh-worker:pull-request -->';

/** GitHub's limit on a body, in characters. */
const MAX_BODY = 65_536;
const MAX_FINDINGS = 50;

/** GitHub's limit on a title is 256 characters. */
const MAX_TITLE = 250;

function inBody(text: string): string {
  return text.length <= MAX_BODY - 100 ? text : `${cut(text, MAX_BODY - 200)}\n\n… (cut)`;
}

/** The beginning of a text; of a character that has two halves, both or none. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** The title of the pull request: the issue's, on one line. */
export function pullRequestTitle({ issueTitle, issue }: OpenPullRequestInput): string {
  return cut(harmlessLine(issueTitle), MAX_TITLE).trim() || `Issue #${issue.number}`;
}

/** The comment that shows the plan. */
export function planComment({ plan, state, approval, issue }: PublishPlanInput): string {
  const approved = approval ? `, approved by ${escapeMarkdown(approval.by)}` : '';
  const author = plan.door === 'person' ? `edited by ${escapeMarkdown(plan.author)}` : `written by ${plan.author}`;
  const how =
    state === 'awaiting_review'
      ? [
          `Approve it with \`ghw plans approve ${issue.repository} ${issue.number} --digest ${shortDigest(plan.digest)}\`.`,
          '',
        ]
      : [];
  return inBody(
    [
      `### Plan, version ${plan.version} (${planStateNames[state]}${approved})`,
      '',
      `Digest \`${shortDigest(plan.digest)}\`, ${author}.`,
      '',
      ...how,
      '---',
      '',
      harmless(plan.text ?? ''),
    ].join('\n'),
  );
}

function validationLine(validation: ValidationReport | null): string {
  if (!validation || validation.steps.length === 0) return 'No validation commands were found or configured.';
  return validation.steps
    .map((step) => `- ${step.ok ? 'passed' : 'failed'}: \`${step.command.replaceAll('`', "'")}\``)
    .join('\n');
}

/** What begins one reminder, and finds it again. */
export function reminderMarker({ key, ordinal }: ReminderInput): string {
  return `<!-- gh-worker:reminder ${digestText(`${key}:${ordinal}`).slice(0, 16)} -->`;
}

/** A reminder of what waits for a person. Only who is assigned is mentioned. */
export function reminderComment({ what, how, since, assignees }: ReminderInput): string {
  const mentioned = assignees.map((login) => `@${login} `).join('');
  return `${mentioned}This waits for a person since ${since.slice(0, 10)}: ${what}. Decide with ${how}. Nothing goes on by itself.`;
}

/** The description of the pull request. The plan is named and not repeated: it may be long, and it is not ours. */
export function pullRequestBody(input: OpenPullRequestInput): string {
  const { plan, planUrl, approvedBy, agent, costUsd, headOid, issue } = input;
  const approved = approvedBy ? `, approved by ${escapeMarkdown(approvedBy)}` : '';
  const name = plan && (planUrl === null ? `version ${plan.version}` : `[version ${plan.version}](${planUrl})`);
  const planned = plan ? [`Plan: ${name} (digest \`${shortDigest(plan.digest)}\`${approved})`, ''] : [];
  return inBody(
    [
      PULL_REQUEST_MARKER,
      `Closes #${issue.number}`,
      '',
      ...planned,
      '#### Validation',
      '',
      validationLine(input.validation),
      '',
      `Written by ${agent ?? 'an agent'}; first published head \`${headOid.slice(0, 12)}\`; cost so far $${costUsd.toFixed(2)}.`,
    ].join('\n'),
  );
}

/** The comment that shows a review's verdict. */
export function reviewComment({ report, headOid, agent }: FinishedReview): string {
  const verdict = report.verdict === 'approve' ? 'no objections' : 'changes asked for';
  const shown = report.findings.slice(0, MAX_FINDINGS).map((finding) => {
    const place = finding.path
      ? ` \`${finding.path.replaceAll('`', "'")}${finding.line ? `:${finding.line}` : ''}\``
      : '';
    return `- **${finding.severity}**${place}: ${harmless(finding.message)}`;
  });
  const more = report.findings.length - shown.length;
  return inBody(
    [
      `### Review: ${verdict}`,
      '',
      harmless(report.summary),
      '',
      ...shown,
      ...(more > 0 ? [`- … and ${more} more`] : []),
      '',
      `Reviewed by ${agent} at \`${headOid.slice(0, 12)}\`.`,
    ].join('\n'),
  );
}
