import type { RecordedChange } from '../../domain/pull-request/change.ts';
import type { KnownCheck } from '../../domain/pull-request/known.ts';
import { pullRequestPhaseNames } from '../../domain/pull-request/phase.ts';
import type { PullRequestSummary } from '../../domain/pull-request/summary.ts';
import type { CommandContext } from '../context.ts';
import { renderTable } from '../table.ts';
import { plainLine } from '../text.ts';
import { checksText, type PrLine } from './line.ts';

/** What `ghw prs show --json` prints. */
export interface PrDetails extends PrLine {
  /** Of its head, failed ones first. */
  readonly checkRuns: readonly KnownCheck[];
  /** Newest first. */
  readonly history: readonly RecordedChange[];
  /** What its workflow says; null where none answers. */
  readonly workflow: PullRequestSummary | null;
}

/** A pull request for a reader. */
export function describePr(context: CommandContext, details: PrDetails): string {
  const { bold } = context.out.colors;
  const { author, baseRefName, headOid, headRefName, issue, labels, number, repository, title, url, workflow } =
    details;
  // A workflow that has ended waits for nobody.
  const waitsFor = workflow?.outcome === null ? workflow.waitsFor : '';
  const rows = [
    ['state', `${details.state}${details.isDraft ? ', draft' : ''}; ${pullRequestPhaseNames[details.phase]}`],
    ['waits for', waitsFor],
    ['checks', checksText(details)],
    ['merge', details.mergeable === 'conflicting' ? `conflicts with ${baseRefName}` : ''],
    ['author', author],
    ['branch', `${headRefName} into ${baseRefName}, head ${headOid.slice(0, 12)}`],
    ['our work on', issue === null ? '' : `${repository}#${String(issue)}`],
    ['labels', labels.join(', ')],
    ['skipped', details.skippedBy ?? ''],
    ['updated', details.updatedAt],
    ['page', url],
  ].filter(([, text]) => text !== '');
  const width = Math.max(...rows.map(([label = '']) => label.length));
  return [
    bold(plainLine(`${repository}#${String(number)}: ${title}`)),
    ...rows.map(([label = '', text = '']) => `  ${label.padEnd(width)}  ${plainLine(text)}`),
    ...(details.checkRuns.length === 0 ? [] : ['', checksTable(context, details.checkRuns)]),
    ...(details.history.length === 0 ? [] : ['', historyTable(context, details.history)]),
  ].join('\n');
}

function checksTable({ out }: CommandContext, checks: readonly KnownCheck[]): string {
  const rows = checks.map(({ app, conclusion, detailsUrl, isSkipped, name, status }) => [
    name,
    `${(conclusion ?? status).replaceAll('_', ' ')}${isSkipped ? ' (skipped)' : ''}`,
    app ?? '',
    detailsUrl ?? '',
  ]);
  const head = [
    { title: 'check' },
    { title: 'is' },
    { title: 'app', optional: true },
    { title: 'page', optional: true },
  ];
  return renderTable(head, rows, { width: out.width, head: out.colors.bold });
}

function historyTable({ out }: CommandContext, changes: readonly RecordedChange[]): string {
  const rows = changes.map(({ at, check, fields, from, kind, to }) => [
    at,
    kind.replaceAll('_', ' '),
    [
      check?.name ?? '',
      from === null && to === null ? '' : `${from ?? 'nothing'} → ${to ?? 'nothing'}`,
      fields.join(', '),
    ]
      .filter((text) => text !== '')
      .join(': '),
  ]);
  return renderTable([{ title: 'when' }, { title: 'what' }, { title: '' }], rows, {
    width: out.width,
    head: out.colors.bold,
  });
}
