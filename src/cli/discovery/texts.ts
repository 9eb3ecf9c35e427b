import type { BudgetLeft, DiscoveryState } from '../../domain/discovery/cycle.ts';
import { formatDuration } from '../../domain/duration.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { plainLine } from '../text.ts';

/** What a cycle came to, in one line. */
export function cycleText(state: DiscoveryState): string {
  const { error, outcome, reading, telling } = state;
  if (reading === null) return `${outcome.replaceAll('_', ' ')}${error === null ? '' : `: ${error}`}`;
  const { durationsMs, pullRequests, repositories, requests } = reading;
  const parts = [
    `${String(repositories.read)} of ${String(repositories.total)} repositories read`,
    ...(repositories.resting === 0 ? [] : [`${String(repositories.resting)} not due`]),
    `${String(pullRequests.open)} open pull requests, ${String(pullRequests.changed)} changed`,
    ...(telling === null ? [] : [`${String(telling.told)} told`]),
    `${String(requests)} requests in ${formatDuration(Math.max(1_000, durationsMs.total))}`,
    ...(reading.pausedUntil === null ? [] : [`paused until ${reading.pausedUntil}`]),
  ];
  return `${parts.join(', ')}${error === null ? '' : `; ${error}`}`;
}

/** What could not be read, a line each. */
export function problemLines({ reading }: DiscoveryState): readonly string[] {
  if (reading === null) return [];
  const more = reading.problemCount - reading.problems.length;
  return [
    ...reading.problems.map(({ kind, message, repository }) =>
      plainLine(`problem: ${repository}: ${kind.replaceAll('_', ' ')}: ${message}`),
    ),
    ...(more > 0 ? [`… and ${String(more)} more`] : []),
  ];
}

/** What is left of GitHub's budget; empty where nobody has asked. */
export function budgetText(budget: BudgetLeft | null): string {
  if (budget === null) return '';
  return `${String(budget.remaining)} of ${String(budget.limit)} points left until ${budget.resetAt}`;
}

/** The exit code of a command that waited for a cycle. */
export function exitCodeOfDiscovery({ outcome }: DiscoveryState, failOnError: boolean): ExitCode {
  if (outcome === 'failed' || outcome === 'cancelled') return exitCodes.failed;
  return failOnError && outcome === 'with_problems' ? exitCodes.failed : exitCodes.ok;
}
