import { listIssues, type TrackedIssue } from '../../client/issue-list.ts';
import { GhwError } from '../../domain/errors.ts';
import { implementationStateNames, implementationStates } from '../../domain/implementation.ts';
import { formatIssue } from '../../domain/issue.ts';
import { planStateNames, planStates } from '../../domain/plan.ts';
import type { CommandContext } from '../context.ts';
import { renderTable } from '../table.ts';
import { targetsOf } from '../targets.ts';
import { formatUsd } from '../text.ts';

export interface ListOptions {
  readonly state?: readonly string[];
  readonly all?: boolean;
}

export async function listTrackedIssues(
  context: CommandContext,
  options: ListOptions,
  words: readonly string[],
): Promise<void> {
  const wanted = (options.state ?? []).flatMap(statesOf);
  const { issues, repositories } = await targetsOf(context, words);
  if (issues.length > 0) {
    throw new GhwError('InvalidInput', 'A list is of repositories, not of one issue.', {
      hint: `For one issue: ghw plans review ${issues.map(formatIssue).join(' ')}`,
    });
  }
  const all = await listIssues(await context.temporal(), {
    all: options.all ?? false,
    ...(repositories.length === 0 ? {} : { repositories: repositories.map(({ repository }) => repository) }),
  });
  const found = all.filter(
    ({ planState, implementationState }) =>
      wanted.length === 0 || wanted.includes(planState) || wanted.includes(implementationState),
  );
  context.out.data(found, () => (found.length === 0 ? nothing(all.length) : table(context, found)));
}

function table(context: CommandContext, issues: readonly TrackedIssue[]): string {
  const rows = issues.map((issue) => [
    formatIssue(issue),
    planStateNames[issue.planState],
    implementationStateNames[issue.implementationState],
    issue.pullRequest === null ? '' : `#${String(issue.pullRequest)}`,
    issue.open ? `${issue.waitsFor ?? ''}${issue.paused ? ' (paused)' : ''}` : 'over',
    formatUsd(issue.costUsd),
    issue.title ?? '',
  ]);
  return renderTable(['issue', 'plan', 'implementation', 'PR', 'waits for', 'cost', 'title'], rows, {
    width: context.out.width,
    head: context.out.colors.bold,
  });
}

function nothing(others: number): string {
  return others > 0
    ? 'No issue is in that state.'
    : 'No issues are worked on yet. Read some: ghw issues sync (or ghw issues plan owner/repo#42)';
}

/** The state that a person means, by its own name or by the one that lists show. */
function statesOf(text: string): readonly string[] {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  const shown: readonly (readonly [string, string])[] = [
    ...Object.entries(planStateNames),
    ...Object.entries(implementationStateNames),
  ];
  const found = shown
    .filter(([state, name]) => state === word || name.toLowerCase().replace(/\s+/g, '_') === word)
    .map(([state]) => state);
  if (found.length > 0) return [...new Set(found)];
  const known = [...new Set([...planStates, ...implementationStates])];
  throw new GhwError('InvalidInput', `There is no state ${JSON.stringify(text)}.`, {
    hint: `Choose one of ${known.join(', ')}.`,
  });
}
