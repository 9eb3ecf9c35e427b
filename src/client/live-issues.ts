import { WorkflowUpdateStage } from '@temporalio/client';
import { GhwError } from '../domain/errors.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import { formatIssue } from '../domain/issue.ts';
import { ISSUE_WORKFLOW, issueWorkflowId, syncSignal, syncUpdate } from '../workflows/protocol.ts';
import type { TemporalClient } from './connection.ts';
import { isNotFound } from './errors.ts';

/** Temporal's largest page. */
const PAGE = 1_000;
/** Longest wait for an issue's worker to take an update. */
const ACCEPTANCE_MS = 10_000;

/** The workflows of issues that run now, for whoever learns that issues have changed. */
export interface LiveIssues {
  /** Workflow ids. @throws GhwError `TemporalUnreachable` */
  ids(): Promise<ReadonlySet<string>>;
  /**
   * Has an issue read anew; nothing if it has ended meanwhile. Returns when the issue has heard of it.
   *
   * @returns what settles, in any case, once the issue has been read and the ledger told
   * @throws GhwError `TemporalUnreachable`
   */
  refresh(workflowId: string): Promise<{ readonly seen: Promise<void> }>;
  /** Begins an issue's life anew; one that lives reads its issue. @throws GhwError `TemporalUnreachable` */
  begin(issue: IssueIdentity): Promise<void>;
}

export function liveIssues({ client, connection }: TemporalClient, taskQueue: string): LiveIssues {
  return {
    ids: async () => {
      const ids = new Set<string>();
      const query = `WorkflowType = '${ISSUE_WORKFLOW}' AND ExecutionStatus = 'Running'`;
      try {
        for await (const { workflowId } of client.workflow.list({ query, pageSize: PAGE })) ids.add(workflowId);
      } catch (error) {
        throw unreachable('list the issues that live', error);
      }
      return ids;
    },
    refresh: async (workflowId) => {
      const handle = client.workflow.getHandle(workflowId);
      try {
        const update = await connection.withDeadline(Date.now() + ACCEPTANCE_MS, () =>
          handle.startUpdate(syncUpdate, { waitForStage: WorkflowUpdateStage.ACCEPTED }),
        );
        return { seen: update.result().then(nothing, nothing) };
      } catch (error) {
        if (isNotFound(error)) return { seen: Promise.resolve() };
      }
      // An update needs the issue's worker at once; a signal waits for it.
      try {
        await handle.signal(syncSignal);
      } catch (error) {
        if (!isNotFound(error)) throw unreachable(`tell ${workflowId} that its issue has changed`, error);
      }
      return { seen: Promise.resolve() };
    },
    begin: async (issue) => {
      try {
        await client.workflow.signalWithStart(ISSUE_WORKFLOW, {
          workflowId: issueWorkflowId(issue.repository, issue.number),
          taskQueue,
          staticSummary: formatIssue(issue),
          args: [{ issue }],
          signal: syncSignal,
        });
      } catch (error) {
        throw unreachable(`begin ${formatIssue(issue)} anew`, error);
      }
    },
  };
}

function unreachable(doing: string, cause: unknown): GhwError {
  return new GhwError('TemporalUnreachable', `Temporal could not ${doing}: ${String(cause)}`, {
    hint: 'See `ghw doctor`.',
    cause,
  });
}

function nothing(): void {
  // Whatever came of it is told by the issue itself.
}
