import { formatIssue } from '../domain/issue.ts';
import type { IssueHistory } from './actions/show-issue.ts';
import { auditTable, shortTime } from './audit.ts';
import type { CommandContext } from './context.ts';
import { changeLine, shortDigest, stateLine } from './describe.ts';
import { renderTable } from './table.ts';
import { formatUsd, plainLine } from './text.ts';

/** One issue's history for people. */
export function describeHistory(context: CommandContext, history: IssueHistory): string {
  const { bold } = context.out.colors;
  const { issue, state, next } = history;
  const title = plainLine(issue?.title ?? state?.title ?? '');
  const sections = [
    [
      bold(`${formatIssue(history)}  ${title}`),
      ...facts(history).map(([name, text]) => `${name.padEnd(16)}${text}`),
    ].join('\n'),
    plansTable(context, history),
    runsTable(context, history),
    history.audit.length === 0 ? '' : auditTable(context, history.audit, false),
    next === null ? '' : `next: ${plainLine(next)}`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function facts(history: IssueHistory): readonly (readonly [string, string])[] {
  const { issue, state } = history;
  return [
    ...(issue === null ? [] : issueFacts(issue)),
    ...(state === null ? ([['stands', 'nobody has worked on it yet']] as const) : stateFacts(state, history.live)),
  ];
}

function issueFacts(issue: NonNullable<IssueHistory['issue']>): readonly (readonly [string, string])[] {
  const { state, gone, author, labels, assignees, url, updatedAt } = issue;
  const shown = gone === null ? state : gone.how === 'deleted' ? 'deleted' : `moved to ${formatIssue(gone.to)}`;
  return [
    ['on GitHub', `${shown}, by ${author ?? 'nobody'}, updated ${shortTime(updatedAt)}`],
    ...(labels.length === 0 ? [] : ([['labels', plainLine(labels.join(', '))]] as const)),
    ...(assignees.length === 0 ? [] : ([['assignees', plainLine(assignees.join(', '))]] as const)),
    ['address', plainLine(url)],
  ];
}

function stateFacts(
  state: NonNullable<IssueHistory['state']>,
  isLive: boolean,
): readonly (readonly [string, string])[] {
  const { plan, implementation, review, waitsFor, costUsd } = state;
  const failure = plan.failure ?? implementation.failure ?? review.failure;
  const { validation, pullRequest } = implementation;
  return [
    ['stands', `${stateLine(state)}${isLive ? '' : ' (as last told)'}`],
    ...(waitsFor === 'nobody' ? [] : ([['waits for', waitsFor]] as const)),
    ...(plan.approvedBy === null ? [] : ([['approved by', plainLine(plan.approvedBy)]] as const)),
    ...(implementation.headSha === null ? [] : ([['change', changeLine(state)]] as const)),
    ...(validation === null ? [] : ([['validation', validation.ok ? 'ok' : 'failed']] as const)),
    ...(review.report === null ? [] : ([['review', review.report.verdict.replace('_', ' ')]] as const)),
    ...(pullRequest === null
      ? []
      : ([['pull request', `${plainLine(pullRequest.url)} (${plainLine(pullRequest.state)})`]] as const)),
    ...(failure === null ? [] : ([['failure', plainLine(`${failure.name}: ${failure.message}`)]] as const)),
    ['cost', formatUsd(costUsd)],
  ];
}

function plansTable(context: CommandContext, { plans }: IssueHistory): string {
  if (plans.length === 0) return '';
  const rows = plans.map(({ version, digest, author, createdAt }) => [
    String(version),
    shortDigest(digest),
    shortTime(createdAt),
    author,
  ]);
  return tableOf(context, ['plan', 'digest', 'at', 'by'], rows);
}

function runsTable(context: CommandContext, { runs }: IssueHistory): string {
  if (runs.length === 0) return '';
  const rows = runs.map(({ at, phase, agent, model, outcome, costUsd, resumed }) => [
    shortTime(at),
    phase,
    `${outcome}${resumed ? ', resumed' : ''}`,
    formatUsd(costUsd),
    model === null ? agent : `${agent} (${model})`,
  ]);
  return tableOf(context, ['run', 'phase', 'outcome', 'cost', 'agent'], rows);
}

function tableOf(context: CommandContext, head: readonly string[], rows: readonly (readonly string[])[]): string {
  return renderTable(head, rows, { width: context.out.width, head: context.out.colors.bold });
}
