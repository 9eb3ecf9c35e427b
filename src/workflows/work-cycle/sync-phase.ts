import { condition, isCancellation } from '@temporalio/workflow';
import type { PhaseResult } from '../../domain/cycle/cycle.ts';
import { withError, withSynced, withSyncing } from '../../domain/cycle/tally.ts';
import { failureOf } from '../failures.ts';
import { syncActivity } from './activities.ts';
import { phaseDeadline, type CycleRun } from './cycle-run.ts';

/**
 * Reads the selected repositories from GitHub. What takes longer than the phase has goes on beside the next phases, and
 * the cycle ends with it: ended in the middle, a very long listing would begin anew in every cycle.
 */
export async function syncPhase(run: CycleRun, begun: PhaseResult): Promise<void> {
  const repositories = run.state.plan?.repositories ?? [];
  const { dryRun, selection } = run.state.request;
  const { numbers, since } = selection;
  const synced: { result?: PhaseResult } = {};
  const syncing = async (): Promise<void> => {
    try {
      const results = await syncActivity(`Sync ${repositories.length} repositories`)({
        repositories: repositories.map(({ id, name }) => ({ repository: name, repositoryId: id })),
        filter:
          since === null ? null : { since, state: 'all', labels: [], notLabels: [], assignee: null, search: null },
        anew: false,
        numbers,
        isRehearsal: dryRun,
      });
      synced.result = withSynced(begun, results);
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { name, message } = failureOf(error, run.now());
      const failed = { ...begun, taken: repositories.length, failed: repositories.length };
      synced.result = withError(failed, { severity: 'fatal', name, message, where: null });
    }
  };
  const ended = syncing();
  const deadline = phaseDeadline(run, begun);
  if (deadline === null) await ended;
  else {
    const summary = 'The time that sync has in this cycle';
    await Promise.race([
      ended,
      condition(() => synced.result !== undefined, Math.max(1, deadline - Date.now()), { summary }),
    ]);
  }
  run.changePhase(synced.result ?? withSyncing(begun, repositories.length));
  if (synced.result) return;
  const later = ended.then(() => {
    if (synced.result) run.changePhase({ ...synced.result, endedAt: run.now() });
  });
  // A cycle that is cancelled does not wait for it.
  later.catch(() => undefined);
  run.later.push(later);
}
