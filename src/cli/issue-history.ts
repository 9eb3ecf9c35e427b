import type { RunRecord } from '../domain/issue-state.ts';
import { formatIssue } from '../domain/issue.ts';
import type { PlanVersion } from '../domain/plan.ts';
import type { IssueSummary } from '../domain/summary.ts';
import type { LedgerAuditEntry, LedgerIssue, LedgerRun } from '../ledger/ledger.ts';
import { auditTable, shortTime } from './audit.ts';
import type { CommandContext } from './context.ts';
import { changeLine, shortDigest, stateLine } from './describe.ts';
import { renderTable } from './table.ts';
import { formatUsd, plainLine } from './text.ts';

/** What `ghw issues show --json` prints. `docs/commands.md` explains it. */
export interface IssueHistory {
  readonly repository: string;
  readonly number: number;
  /** As GitHub last showed it; null where the ledger does not know it. */
  readonly issue: LedgerIssue | null;
  /** Null if nobody ever worked on it. */
  readonly state: Omit<IssueSummary, 'runs'> | null;
  /** True if its workflow answered; else the state is what it last told. */
  readonly live: boolean;
  /** Oldest first, without their texts. */
  readonly plans: readonly Omit<PlanVersion, 'text'>[];
  /** Oldest first. */
  readonly runs: readonly (RunRecord | LedgerRun)[];
  /** The newest of it, newest first. */
  readonly audit: readonly LedgerAuditEntry[];
  readonly next: string | null;
}

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
    ...questionFacts(state),
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

function questionFacts({ messages, question, stop }: NonNullable<IssueHistory['state']>) {
  const waits = question?.expiresAt ? `, until ${shortTime(question.expiresAt)}` : '';
  return [
    ...(question ? ([['question', plainLine(`${question.id}${waits}: ${question.text}`)]] as const) : []),
    ...(stop ? ([['stopped', plainLine(stop.message)]] as const) : []),
    ...(messages > 0 ? ([['messages', `${String(messages)} for the agent's next run`]] as const) : []),
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
