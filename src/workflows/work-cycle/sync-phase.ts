import type { PhaseResult } from '../../domain/cycle/cycle.ts';
import { withSynced } from '../../domain/cycle/tally.ts';
import { mainActivity } from '../activities.ts';
import type { CycleRun } from './cycle-run.ts';

/** Reads the selected repositories from GitHub. A dry run reads too: it changes nothing that a person would mind. */
export async function syncPhase(run: CycleRun, begun: PhaseResult): Promise<void> {
  const repositories = run.state.plan?.repositories ?? [];
  const { since } = run.state.request.selection;
  const synced = await mainActivity(
    'syncRepositories',
    `Sync ${repositories.length} repositories`,
  )({
    repositories: repositories.map(({ id, name }) => ({ repository: name, repositoryId: id })),
    filter: since === null ? null : { since, state: 'all', labels: [], notLabels: [], assignee: null, search: null },
    anew: false,
  });
  run.changePhase(withSynced(begun, synced));
}
