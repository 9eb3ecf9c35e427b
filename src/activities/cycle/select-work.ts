import type { CycleRepository, CycleRequest, PhaseSelection } from '../../domain/cycle/cycle.ts';
import { selectWork, type Candidate } from '../../domain/cycle/select.ts';
import { isStopped } from '../../domain/lifecycle.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import type { LedgerIssue, LedgerRepository } from '../../ledger/ledger.ts';
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
        return wanted ? [[known.id, { ...wanted, name: known.name, obstacle: obstacleOf(known, request) }]] : [];
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
      const { name, obstacle, parallelism, priority } = repository;
      // Workflows are named after the name under which a repository was first registered.
      return [{ ...candidateOf(issue), repository: name, priority, obstacle, limit: parallelism[phase] ?? null }];
    });
    return selectWork(phase, candidates, { selection, plan, isScheduled: request.intervalMs !== null });
  };
}

/** Where this cycle's own sync could not read a repository, asking its issues would fail one after the other. */
function obstacleOf({ archived, problem }: LedgerRepository, { phases }: CycleRequest): string | null {
  if (archived) return 'its repository is archived';
  return problem !== null && phases.includes('sync') ? 'its repository could not be read' : null;
}

/** The configuration may know its name alone. */
function isSame(
  { id, name }: CycleRepository,
  known: Pick<LedgerRepository, 'id' | 'name' | 'nameWithOwner'>,
): boolean {
  if (id !== null) return id === known.id;
  return [known.name, known.nameWithOwner].map(canonicalRepositoryName).includes(canonicalRepositoryName(name));
}

function candidateOf(issue: LedgerIssue): Omit<Candidate, 'repository' | 'priority' | 'obstacle' | 'limit'> {
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
      isStopped: progress !== null && isStopped(progress),
      plan: progress?.planState ?? 'none',
      implementation: progress?.implementationState ?? 'none',
      isReviewed: progress?.reviewed ?? false,
    },
  };
}
