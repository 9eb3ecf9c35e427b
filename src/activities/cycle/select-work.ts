import type { CycleRepository, PhaseSelection } from '../../domain/cycle/cycle.ts';
import { selectWork, type Candidate } from '../../domain/cycle/select.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import type { LedgerIssue } from '../../ledger/ledger.ts';
import type { CycleDependencies } from './dependencies.ts';
import type { SelectWorkInput } from './types.ts';

/** Names what a phase takes, by what the ledger knows; the issue's own workflow judges again. */
export function createSelectWork({
  ledger,
  viewer,
}: CycleDependencies): (input: SelectWorkInput) => Promise<PhaseSelection> {
  return async ({ phase, plan, request }) => {
    const assignee = request.selection.assignee === '@me' ? (await viewer()).login : request.selection.assignee;
    const selection = { ...request.selection, assignee };
    const selected = new Map(
      (await ledger.repositories.list()).flatMap((known) => {
        const wanted = plan.repositories.find((one) => isSame(one, known));
        return wanted ? [[known.id, { ...wanted, name: known.name }]] : [];
      }),
    );
    const issues = await ledger.issues.list({
      repositoryIds: [...selected.keys()],
      // What was asked for by number and is closed is named as such.
      state: selection.numbers === null ? 'open' : 'all',
    });
    const candidates = issues.flatMap((issue): Candidate[] => {
      const repository = selected.get(issue.repositoryId);
      if (!repository) return [];
      const { name, parallelism, priority } = repository;
      // Workflows are named after the name under which a repository was first registered.
      return [{ ...candidateOf(issue), repository: name, priority, limit: parallelism[phase] ?? null }];
    });
    return selectWork(phase, candidates, { selection, plan, isScheduled: request.intervalMs !== null });
  };
}

/** The configuration may know its name alone. */
function isSame(
  { id, name }: CycleRepository,
  known: { readonly id: string; readonly name: string; readonly nameWithOwner: string },
): boolean {
  if (id !== null) return id === known.id;
  return [known.name, known.nameWithOwner].map(canonicalRepositoryName).includes(canonicalRepositoryName(name));
}

function candidateOf(issue: LedgerIssue): Omit<Candidate, 'repository' | 'priority' | 'limit'> {
  const { assignees, gone, labels, number, progress, repositoryId, state, updatedAt } = issue;
  return {
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
