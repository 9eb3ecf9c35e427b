import { formatDuration } from '../duration.ts';
import { visibleLine } from '../visible.ts';
import type { DiscoveryState } from './cycle.ts';

const MOST_SHOWN = 20;

const headings: Readonly<Record<DiscoveryState['outcome'], string>> = {
  running: 'Running',
  complete: 'Complete',
  with_problems: 'Complete, with problems',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** A cycle in Markdown, for the Web UI. */
export function describeDiscovery({ error, outcome, phase, reading, telling }: DiscoveryState): string {
  const lines = [`**${headings[outcome]}**${outcome === 'running' ? `: ${phase}` : ''}`];
  if (error !== null) lines.push(visibleLine(error));
  if (reading !== null) {
    const { avoidedShare, budget, durationsMs, pullRequests, repositories, requests } = reading;
    lines.push(
      `${repositories.read} of ${repositories.total} repositories read, ${repositories.unchanged} without news, ${repositories.resting} resting`,
      `${pullRequests.open} open pull requests, ${pullRequests.changed} changed, ${pullRequests.ended} ended`,
      `${requests} requests in ${formatDuration(durationsMs.total)}, ${(avoidedShare * 100).toFixed(1)} % avoided`,
    );
    if (budget !== null) lines.push(`${budget.remaining} of ${budget.limit} points left until ${budget.resetAt}`);
    for (const { kind, message, repository } of reading.problems.slice(0, MOST_SHOWN)) {
      lines.push(`- ${repository}: ${kind.replaceAll('_', ' ')}. ${visibleLine(message)}`);
    }
    const more = reading.problemCount - Math.min(reading.problems.length, MOST_SHOWN);
    if (more > 0) lines.push(`- and ${more} more`);
  }
  if (telling !== null) lines.push(`${telling.told} pull requests told of ${telling.changes} changes`);
  return lines.join('\n\n');
}
