import type { PhaseSelection } from '../../domain/cycle/cycle.ts';
import { selectWork, type Candidate } from '../../domain/cycle/select.ts';
import type { LedgerIssue } from '../../ledger/ledger.ts';
import type { CycleDependencies } from './dependencies.ts';
import type { SelectWorkInput } from './types.ts';

/** Names what a phase takes, by what the ledger knows; the issue's own workflow judges again. */
export function createSelectWork({ ledger }: CycleDependencies): (input: SelectWorkInput) => Promise<PhaseSelection> {
  return async ({ phase, plan, request }) => {
    const known = await ledger.repositories.list();
    // Workflows are named after the name under which a repository was first registered.
    const registered = new Map(known.map(({ id, name }) => [id, name]));
    const named = new Set(plan.repositories.map(({ name }) => name.toLowerCase()));
    const ids = known.filter(({ name }) => named.has(name.toLowerCase())).map(({ id }) => id);
    const priorities = new Map(known.map(({ id, priority }) => [id, priority]));
    const issues = await ledger.issues.list({
      repositoryIds: ids,
      // What was asked for by number and is closed is named as such.
      state: request.selection.numbers === null ? 'open' : 'all',
    });
    const candidates = issues.map((issue) => ({
      ...candidateOf(issue),
      repository: registered.get(issue.repositoryId) ?? issue.repository,
      priority: priorities.get(issue.repositoryId) ?? 3,
    }));
    return selectWork(phase, candidates, { selection: request.selection, plan });
  };
}

function candidateOf(issue: LedgerIssue): Omit<Candidate, 'priority'> {
  const { assignees, gone, labels, number, progress, repository, repositoryId, state, updatedAt } = issue;
  return {
    repository,
    repositoryId,
    number,
    labels,
    assignees,
    updatedAt,
    view: {
      isOpen: state === 'open' && gone === null,
      isPaused: progress?.paused ?? false,
      plan: progress?.planState ?? 'none',
      implementation: progress?.implementationState ?? 'none',
      isReviewed: progress?.reviewed ?? false,
    },
  };
}
