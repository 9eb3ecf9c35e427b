import type { RepositorySyncResult } from '../../domain/selection.ts';
import type { WorkCycleInput, WorkCycleResult } from '../protocol.ts';
import { mainActivity } from '../issue/activities.ts';
import { failureOf } from '../issue/failures.ts';

/**
 * One work cycle over a selection of issues. Its first phase, sync, is here: a repository that fails is named in the
 * result and costs the others nothing.
 */
export async function workCycleWorkflow(input: WorkCycleInput): Promise<WorkCycleResult> {
  const repositories = await Promise.all(
    input.selections.map(async (selection): Promise<RepositorySyncResult> => {
      try {
        const selected = await mainActivity('selectIssues', `Select issues of ${selection.repository}`)(selection);
        return await mainActivity(
          'syncSelected',
          `Sync ${selected.numbers.length} issues of ${selected.repository}`,
        )(selected);
      } catch (error) {
        const { message } = failureOf(error, new Date().toISOString());
        return { repository: selection.repository, synced: [], failed: [{ number: null, message }] };
      }
    }),
  );
  return { repositories };
}
