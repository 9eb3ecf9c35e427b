import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { GhwError } from '../domain/errors.ts';
import type { SyncProgress, SyncSelection } from '../domain/selection.ts';
import {
  SYNC_WORKFLOW,
  type SyncWorkflowInput,
  type SyncWorkflowResult,
  syncWorkflowId,
} from '../workflows/protocol.ts';
import type { TemporalClient } from './connection.ts';
import { type PendingStep, pendingStepOf } from './pending-step.ts';
import { findsWorker } from './worker-presence.ts';

/** How a sync is getting on; null before it has told. */
export interface SyncStatus {
  readonly progress: SyncProgress | null;
  /** Why the last attempt ended; null while none has failed. */
  readonly lastFailure: string | null;
}

/** A sync that runs on its own. */
export interface StartedSync {
  /**
   * What it came to. Aborting ends the waiting, never the sync.
   *
   * @throws GhwError `Internal` if the sync itself broke
   */
  result(options: {
    readonly signal: AbortSignal;
    readonly onProgress: (status: SyncStatus) => void;
  }): Promise<SyncWorkflowResult>;
  /** Ends it; what has been read stays. */
  cancel(): Promise<void>;
}

type SyncHandle = WorkflowHandle<(input: SyncWorkflowInput) => Promise<SyncWorkflowResult>>;

const POLL_MS = 300;

/**
 * Has repositories read from GitHub into the ledger.
 *
 * @throws GhwError `NoWorker`
 */
export async function startSync(
  temporal: TemporalClient,
  taskQueue: string,
  selection: SyncSelection,
): Promise<StartedSync> {
  if (!(await findsWorker(temporal, taskQueue))) {
    throw new GhwError('NoWorker', 'No worker is there to read issues from GitHub.', {
      hint: 'Start one with `ghw up` (with its own Temporal) or `ghw worker start`, then try again.',
    });
  }
  const handle: SyncHandle = await temporal.client.workflow.start(SYNC_WORKFLOW, {
    workflowId: syncWorkflowId(randomUUID()),
    taskQueue,
    args: [{ sync: selection }],
  });
  return {
    result: async ({ signal, onProgress }) => {
      const ended = new AbortController();
      const watching = watch(handle, AbortSignal.any([signal, ended.signal]), onProgress);
      try {
        return await temporal.connection.withAbortSignal(signal, () => handle.result());
      } catch (error) {
        if (signal.aborted) throw error;
        throw new GhwError('Internal', `The sync ${handle.workflowId} broke off: ${String(error)}`, {
          hint: 'See it in the Web UI, and try again.',
          cause: error,
        });
      } finally {
        ended.abort();
        await watching;
      }
    },
    cancel: async () => void (await handle.cancel()),
  };
}

/** Tells how it is getting on, as long as anybody wants to know. That Temporal is away for a moment is not told here. */
async function watch(handle: SyncHandle, signal: AbortSignal, tell: (status: SyncStatus) => void): Promise<void> {
  while (!signal.aborted) {
    const step = await pendingStepOf(handle).catch(() => undefined);
    if (step !== undefined && !signal.aborted) tell(syncStatusOf(step));
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** What the step that reads repositories tells. */
export function syncStatusOf({ details, lastFailure }: PendingStep): SyncStatus {
  return { progress: progressOf(details), lastFailure };
}

function progressOf(details: PendingStep['details']): SyncProgress | null {
  const { total, finished, read, repository } = details as Partial<SyncProgress>;
  if (typeof total !== 'number' || typeof finished !== 'number' || typeof read !== 'number') return null;
  return { total, finished, read, repository: typeof repository === 'string' ? repository : null };
}
