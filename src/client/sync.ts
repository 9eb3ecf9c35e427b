import { randomUUID } from 'node:crypto';
import { GhwError } from '../domain/errors.ts';
import type { IssueSelection } from '../domain/selection.ts';
import {
  WORK_CYCLE_WORKFLOW,
  type WorkCycleInput,
  type WorkCycleResult,
  syncWorkflowId,
} from '../workflows/protocol.ts';
import type { TemporalClient } from './connection.ts';
import { findsWorker } from './worker-presence.ts';

/**
 * Has whole selections of issues read from GitHub, and waits until that is done.
 *
 * @param signal - aborting ends the waiting, never the sync
 * @throws GhwError `NoWorker`; `Internal` if the sync itself broke
 */
export async function syncSelections(
  temporal: TemporalClient,
  taskQueue: string,
  selections: readonly IssueSelection[],
  signal: AbortSignal,
): Promise<WorkCycleResult> {
  if (!(await findsWorker(temporal, taskQueue))) {
    throw new GhwError('NoWorker', 'No worker is there to read issues from GitHub.', {
      hint: 'Start one with `ghw up` (with its own Temporal) or `ghw worker start`, then try again.',
    });
  }
  const handle = await temporal.client.workflow.start<(input: WorkCycleInput) => Promise<WorkCycleResult>>(
    WORK_CYCLE_WORKFLOW,
    { workflowId: syncWorkflowId(randomUUID()), taskQueue, args: [{ selections }] },
  );
  try {
    return await temporal.connection.withAbortSignal(signal, () => handle.result());
  } catch (error) {
    if (signal.aborted) throw error;
    throw new GhwError('Internal', `The sync ${handle.workflowId} broke off: ${String(error)}`, {
      hint: 'See it in the Web UI, and try again.',
      cause: error,
    });
  }
}
