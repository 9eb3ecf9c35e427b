import type { DiscoveryRequest, RepositoryProblem } from '../../domain/discovery/cycle.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import { dueRepositories } from '../../domain/schedule/due.ts';
import type { SkipRules } from '../../domain/pull-request/skip.ts';
import { selectRepositories } from '../sync/targets.ts';
import type { DiscoveryDependencies, DiscoverySettings } from './dependencies.ts';

/** A repository whose turn it is. */
export interface DueRepository {
  /** Node id. */
  readonly id: string;
  readonly name: string;
  readonly priority: number;
  readonly skip: SkipRules;
  /** ISO 8601, by our clock: the last look that saw all of it; null if none did. */
  readonly lastWholeLookAt: string | null;
}

export interface DueSelection {
  /** The most urgent first. */
  readonly due: readonly DueRepository[];
  /** Known by name alone, and GitHub does not say which one that is. */
  readonly problems: readonly RepositoryProblem[];
  readonly resting: number;
}

/** Who is to be looked at now, by the configuration and by when it was last done. */
export async function selectDue(
  { github, ledger }: Pick<DiscoveryDependencies, 'github' | 'ledger'>,
  { repositories }: DiscoverySettings,
  request: DiscoveryRequest,
): Promise<DueSelection> {
  const wanted = request.repositories?.map(canonicalRepositoryName) ?? null;
  const named = repositories.filter(({ name }) => wanted?.includes(canonicalRepositoryName(name)) ?? true);
  const known = new Map((await ledger.repositories.list()).map((one) => [one.id, one]));
  const selection = named.map(({ id, name }) => ({ repository: name, repositoryId: id }));
  const selected = await selectRepositories({ github, ledger }, repositories, selection);
  const problems: RepositoryProblem[] = [];
  const plans = selected.flatMap(({ id, name, problem }, index) => {
    const entry = named[index]!;
    if (id !== null) {
      const seen = known.get(id);
      const name = seen?.nameWithOwner ?? entry.name;
      const { lastCheckedAt: lastLookAt = null, lastWholeLookAt = null } = seen ?? {};
      return [{ ...entry.look, id, entry, name, lastLookAt, lastWholeLookAt }];
    }
    const kind = problem.name === 'GitHubForbidden' ? 'forbidden' : 'not_found';
    problems.push({
      repository: name,
      kind: problem.retryable ? 'unreadable' : kind,
      message: [problem.message, problem.hint].join(' ').trim(),
    });
    return [];
  });
  // Who is asked for by name is looked at, whatever the clock says.
  const { due, resting } = wanted === null ? dueRepositories(plans, new Date()) : { due: plans, resting: [] };
  return {
    due: due.map(({ entry, id, lastWholeLookAt, name, priority }) => {
      return { id, name, priority, skip: entry.skip, lastWholeLookAt };
    }),
    problems,
    resting: resting.length,
  };
}
