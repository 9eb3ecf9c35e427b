import { parseMoment } from '../domain/duration.ts';
import { GhwError } from '../domain/errors.ts';
import { assigneeInput, issueStateInput, lineInput, parseInput, searchInput } from '../domain/schemas/input.ts';
import type { SyncFilter } from '../domain/selection.ts';

/** What `ghw issues sync` is asked for. */
export interface SyncOptions {
  readonly since?: string;
  readonly assignee?: string;
  readonly label?: readonly string[];
  readonly search?: string;
  readonly state?: string;
  readonly all?: boolean;
}

/**
 * The filter that the options make; null if they leave nothing out.
 *
 * @throws GhwError `InvalidInput`
 */
export function syncFilterOf(options: SyncOptions, now = new Date()): SyncFilter | null {
  const labels = (options.label ?? []).map((label) => parseInput(lineInput, label, 'A label'));
  const filter: SyncFilter = {
    since: options.since === undefined ? null : parseMoment(options.since, now),
    state: options.state === undefined ? 'all' : parseInput(issueStateInput, options.state, 'The state'),
    labels: labels.filter((label) => !label.startsWith('!')),
    notLabels: labels.filter((label) => label.startsWith('!')).map((label) => notLabel(label.slice(1))),
    assignee: options.assignee === undefined ? null : parseInput(assigneeInput, options.assignee, 'The assignee'),
    search: options.search === undefined ? null : parseInput(searchInput, options.search, 'What to search for'),
  };
  const { since, state, assignee, search } = filter;
  const leavesOut = labels.length > 0 || state !== 'all' || [since, assignee, search].some((part) => part !== null);
  if (leavesOut && options.all === true) {
    throw new GhwError('InvalidInput', '--all reads every issue again: it goes with no filter.');
  }
  return leavesOut ? filter : null;
}

function notLabel(text: string): string {
  return parseInput(lineInput, text, 'A label after !');
}
