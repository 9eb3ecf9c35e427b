import { ActivityCancellationType, isCancellation, log, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { MainActivities } from '../../activities/types.ts';
import type { IssueState } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import { pendingRecord, withNothingRecorded, type PendingRecord } from '../../domain/record.ts';
import { beside, type Beside } from './beside.ts';
import type { IssueRun } from './issue-run.ts';

/** A ledger that is away this long is given up; the issue's own state is not affected. */
const PATIENCE = '7d';

/**
 * Tells the ledger what is new: a ledger that is away holds nothing up. Several changes of one moment are one record.
 */
export function startRecorder(run: IssueRun): Beside {
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
      // A worker that dies with it must not keep the answers to cycles waiting.
      heartbeatTimeout: '15s',
      scheduleToCloseTimeout: PATIENCE,
      cancellationType: ActivityCancellationType.TRY_CANCEL,
      retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
      summary: `Record ${formatIssue(record.issue)}`,
    });
    try {
      const isWhole = await recordIssue({ ...record, workflowId, execution: firstExecutionRunId, at: run.now() });
      run.change((state) => (isWhole ? { ...state, recorded: told } : withNothingRecorded(state)));
    } catch (error) {
      if (isCancellation(error)) throw error;
      refused = told.key;
      log.warn('The ledger was not told', { error });
    }
  }

  return beside(
    () => due() !== null,
    async () => {
      const pending = due();
      if (pending) await tell(pending);
    },
  );
}
