import { escapeMarkdown } from '../describe.ts';
import { priorities } from '../priority.ts';
import type { CycleRequest, WorkSelection } from './cycle.ts';
import { cyclePhases, workPhases } from './phases.ts';

/** What a selection takes, in words: `octo/*`, `#1-10,42`, `labels bug`. */
export function describeSelection(selection: WorkSelection): readonly string[] {
  const { assignee, labels, notLabels, numbers, priority, repositories, since } = selection;
  return [
    repositories.length === 0 ? 'all repositories' : repositories.join(', '),
    ...(numbers === null ? [] : [`#${formatIssueRanges(numbers)}`]),
    ...(labels === null ? [] : [labels.length === 0 ? 'any label or none' : `label ${labels.join(' or ')}`]),
    ...(notLabels.length === 0 ? [] : [`without label ${notLabels.join(', ')}`]),
    ...(since === null ? [] : [`updated since ${since}`]),
    ...(assignee === null ? [] : [`assigned to ${assignee}`]),
    ...(priority === null ? [] : [`priority ${priorities[priority - 1] ?? String(priority)} or above`]),
  ];
}

/** Issue numbers and ranges as people write them: `1-10,42`. */
export function formatIssueRanges(ranges: readonly (readonly [number, number])[]): string {
  return ranges.map(([first, last]) => (first === last ? String(first) : `${String(first)}-${String(last)}`)).join(',');
}

/** What a cycle does, beyond the ordinary, and on what: one line. */
export function summarizeRequest({ choices, dryRun, phases, selection }: CycleRequest): string {
  const isWhole = phases.length === cyclePhases.length;
  const chosen = workPhases.flatMap((phase) => {
    const { agent, model } = choices[phase] ?? {};
    const by = [agent, model].filter((name) => typeof name === 'string');
    return by.length === 0 ? [] : [`${phase} by ${by.join(' ')}`];
  });
  return [
    ...describeSelection(selection),
    ...(isWhole ? [] : [`only ${phases.join(', ')}`]),
    ...chosen,
    ...(dryRun ? ['dry run'] : []),
  ].join('; ');
}

/** The same in Markdown, for the Temporal Web UI's details. */
export function describeRequest(request: CycleRequest): string {
  const { frequency, name, phases, selection } = request;
  const rows = [
    ['Schedule', frequency === null ? 'by hand' : `work:${name}, ${frequencyText(request)}`],
    ['Works on', describeSelection(selection).join('; ')],
    ['Phases', phases.join(', ')],
    ['Does', request.dryRun ? 'nothing: it says what it would do' : 'what the phases say'],
  ];
  return [
    '| | |',
    '|---|---|',
    ...rows.map(([label = '', text = '']) => `| ${label} | ${escapeMarkdown(text)} |`),
  ].join('\n');
}

/** `every 1h30m`, or `at 0 9 * * 1-5`. */
export function frequencyText({ frequency }: Pick<CycleRequest, 'frequency'>): string {
  if (frequency === null) return 'once';
  return frequency.includes(' ') ? `at ${frequency}` : `every ${frequency}`;
}
