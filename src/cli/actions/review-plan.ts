import type { IssueIdentity } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import type { PlanVersion } from '../../domain/plan.ts';
import { countInput, parseInput } from '../../domain/schemas/input.ts';
import { askIssues } from '../ask-issues.ts';
import type { CommandContext } from '../context.ts';
import type { Choice } from '../prompts.ts';
import { stateLine } from '../describe.ts';
import { type KnownState, knownPlans, planOf } from '../known-plans.ts';
import { styledMarkdown } from '../markdown.ts';
import { nextCommand } from '../next-step.ts';
import { page } from '../pager.ts';
import { issueOf } from '../targets.ts';
import { plainLine } from '../text.ts';
import { editPlan } from './edit-plan.ts';
import { personOf } from './issues.ts';

export interface PlanReviewOptions {
  readonly planVersion?: string;
  readonly by?: string;
  readonly pager: boolean;
}

/** Shows a plan; on a terminal, asks what to do with the one that waits. */
export async function reviewPlan(
  context: CommandContext,
  options: PlanReviewOptions,
  words: readonly string[],
): Promise<void> {
  const issue = await issueOf(context, words);
  const version =
    options.planVersion === undefined ? undefined : parseInput(countInput, options.planVersion, 'The version');
  const known = await knownPlans(context, issue);
  const { summary } = known;
  const plan = planOf(issue, known, version);
  const isCurrent = plan.digest === summary.plan.digest;
  if (context.out.json) {
    context.out.data({ ...plan, stale: isCurrent && summary.plan.stale, state: summary.plan.state }, () => '');
  } else {
    await page(context.io, shown(context, summary, plan), { isWanted: options.pager });
  }
  const waits = known.isLive && summary.plan.state === 'awaiting_review' && isCurrent && !summary.paused;
  if (context.interactive && waits)
    await decide({ context, issue, plan, stale: summary.plan.stale, by: personOf(context, options) });
  else context.out.note(`next: ${nextOf(summary, plan, isCurrent)}`);
}

function shown(context: CommandContext, summary: KnownState, plan: PlanVersion): string {
  const { bold, yellow } = context.out.colors;
  const isCurrent = plan.digest === summary.plan.digest;
  return [
    bold(`${formatIssue(summary)}  ${plainLine(summary.title ?? '')}`),
    `plan version ${String(plan.version)} by ${plainLine(plan.author)}, ${plan.createdAt}`,
    `digest ${plan.digest}`,
    isCurrent ? stateLine(summary) : `an earlier version; the current one is ${String(summary.plan.version)}`,
    ...(isCurrent && summary.plan.stale
      ? [yellow('stale: the issue’s text has changed since this plan was written')]
      : []),
    ...(summary.plan.approvedBy !== null && isCurrent ? [`approved by ${plainLine(summary.plan.approvedBy)}`] : []),
    '',
    plan.text === null
      ? '(the text of this version is no longer kept)'
      : styledMarkdown(plan.text, context.out.colors).trimEnd(),
  ].join('\n');
}

function nextOf(summary: KnownState, plan: PlanVersion, isCurrent: boolean): string {
  const issue = formatIssue(summary);
  if (summary.plan.state !== 'awaiting_review' || !isCurrent) return nextCommand(summary) ?? '(nothing)';
  return `ghw plans approve ${issue} --digest ${plan.digest.slice(0, 12)}${summary.plan.stale ? ' --stale-ok' : ''}  (or revise, edit, reject)`;
}

interface Deciding {
  readonly context: CommandContext;
  readonly issue: IssueIdentity;
  readonly plan: PlanVersion;
  readonly stale: boolean;
  readonly by: string;
}

async function decide({ context, issue, plan, stale, by }: Deciding): Promise<void> {
  const { chosen, written } = await import('../prompts.ts');
  const choices: readonly Choice<'approve' | 'revise' | 'edit' | 'reject' | 'later'>[] = [
    { value: 'approve', label: stale ? 'Approve although the issue has changed' : 'Approve' },
    { value: 'revise', label: 'Have it revised' },
    { value: 'edit', label: 'Edit it yourself' },
    { value: 'reject', label: 'Reject' },
    { value: 'later', label: 'Decide later' },
  ];
  // An Enter that was meant for the pager must approve nothing.
  const choice = await chosen(`What about plan version ${String(plan.version)}?`, choices, { initial: 'later' });
  if (choice === 'later') return;
  if (choice === 'edit') return editPlan(context, { by }, [issue.repository, String(issue.number)]);
  if (choice === 'approve') {
    const input = { by, digest: plan.digest, staleOk: stale };
    await askIssues(context, [issue], {
      name: 'approve',
      send: (client) => client.send('approvePlan', issue, input),
      follow: () => null,
    });
    return;
  }
  const text = await written(choice === 'revise' ? 'What should change?' : 'Why?', { required: true });
  await askIssues(context, [issue], {
    name: choice,
    send: (client) =>
      choice === 'revise'
        ? client.send('revisePlan', issue, { by, feedback: text })
        : client.send('rejectPlan', issue, { by, reason: text }),
    follow: () => (choice === 'revise' ? 'plan' : null),
  });
}
