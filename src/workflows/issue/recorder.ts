import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  isCancellation,
  log,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { MainActivities } from '../../activities/types.ts';
import type { IssueState } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import { pendingRecord, type PendingRecord } from '../../domain/record.ts';
import type { IssueRun } from './issue-run.ts';

/** Tells the ledger what is new, beside whatever else runs: a ledger that is away holds nothing up. */
export interface Recorder {
  /** Tells what is still untold and ends; a ledger that is away is waited for, within the activity's time. */
  finish(): Promise<void>;
  /** Ends at once; what is untold stays in the state, for the next run to tell. */
  stop(): Promise<void>;
}

/** A ledger that is away this long is given up; the issue's own state is not affected. */
const PATIENCE = '7d';

/** Begins to record. Several changes of one moment are one record. */
export function startRecorder(run: IssueRun): Recorder {
  // Not the workflow's own cancellation: what it comes to is to be told too.
  const shield = new CancellationScope({ cancellable: false });
  const scope = new CancellationScope({ cancellable: true, parent: shield });
  let isLast = false;
  let refused: string | null = null;

  let seen: { readonly state: IssueState; readonly pending: PendingRecord | null } | null = null;

  const due = (): PendingRecord | null => {
    // Asked for after every event, and not cheap.
    if (seen?.state !== run.state) seen = { state: run.state, pending: pendingRecord(run.state) };
    const { pending } = seen;
    // What the ledger refused is told again only together with something new.
    return pending && pending.told.key !== refused ? pending : null;
  };

  async function tell({ record, told }: PendingRecord): Promise<void> {
    const { workflowId, firstExecutionRunId } = workflowInfo();
    const { recordIssue } = proxyActivities<MainActivities>({
      startToCloseTimeout: '1m',
      scheduleToCloseTimeout: PATIENCE,
      cancellationType: ActivityCancellationType.TRY_CANCEL,
      retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
      summary: `Record ${formatIssue(record.issue)}`,
    });
    try {
      await recordIssue({ ...record, workflowId, execution: firstExecutionRunId, at: run.now() });
      run.change((state) => ({ ...state, recorded: told }));
    } catch (error) {
      if (isCancellation(error)) throw error;
      refused = told.key;
      log.warn('The ledger was not told', { error });
    }
  }

  const ended = scope
    .run(async () => {
      for (;;) {
        await condition(() => isLast || due() !== null);
        const pending = due();
        if (!pending) return;
        await tell(pending);
      }
    })
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });

  return {
    async finish() {
      isLast = true;
      await ended;
    },
    async stop() {
      scope.cancel();
      await ended;
    },
  };
}
