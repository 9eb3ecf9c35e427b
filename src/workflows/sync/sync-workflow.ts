import { isCancellation } from '@temporalio/workflow';
import { noCounts } from '../../domain/selection.ts';
import type { SyncWorkflowInput, SyncWorkflowResult } from '../protocol.ts';
import { mainActivity } from '../activities.ts';
import { failureOf } from '../failures.ts';

/**
 * One sync by hand, which a closed terminal does not end. A repository that fails is named in the
 * result and costs the others nothing.
 */
export async function syncWorkflow({ sync }: SyncWorkflowInput): Promise<SyncWorkflowResult> {
  const summary = `Sync ${sync.repositories.length === 1 ? (sync.repositories[0]?.repository ?? '') : `${sync.repositories.length} repositories`}`;
  try {
    return { repositories: await mainActivity('syncRepositories', summary)(sync) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { name, message } = failureOf(error, new Date().toISOString());
    return {
      repositories: sync.repositories.map(({ repository }) => ({
        repository,
        renamedFrom: null,
        archived: false,
        outcome: 'failed',
        issues: noCounts,
        failure: { name, message },
      })),
    };
  }
}
