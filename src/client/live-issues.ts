import { GhwError } from '../domain/errors.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import { formatIssue } from '../domain/issue.ts';
import { ISSUE_WORKFLOW, issueWorkflowId, syncSignal } from '../workflows/protocol.ts';
import type { TemporalClient } from './connection.ts';
import { isNotFound } from './errors.ts';

/** Temporal's largest page. */
const PAGE = 1_000;

/** The workflows of issues that run now, for whoever learns that issues have changed. */
export interface LiveIssues {
  /** Workflow ids. @throws GhwError `TemporalUnreachable` */
  ids(): Promise<ReadonlySet<string>>;
  /** Has an issue read anew; nothing if it has ended meanwhile. @throws GhwError `TemporalUnreachable` */
  refresh(workflowId: string): Promise<void>;
  /** Begins an issue's life anew; one that lives reads its issue. @throws GhwError `TemporalUnreachable` */
  begin(issue: IssueIdentity): Promise<void>;
}

export function liveIssues({ client }: TemporalClient, taskQueue: string): LiveIssues {
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
      try {
        await client.workflow.getHandle(workflowId).signal(syncSignal);
      } catch (error) {
        if (!isNotFound(error)) throw unreachable(`tell ${workflowId} that its issue has changed`, error);
      }
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
