import type { WorkRequest } from '../domain/cycle/desk.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import { formatIssue } from '../domain/issue.ts';
import { ISSUE_WORKFLOW, issueWorkflowId, withdrawSignal, workRequestSignal } from '../workflows/protocol.ts';
import type { TemporalClient } from './connection.ts';
import { clientError, isNotFound } from './errors.ts';

/** How a cycle reaches issues. */
export interface IssueDoor {
  /** Leaves a request with an issue, beginning its life where it has none. @throws GhwError `TemporalUnreachable` */
  request(issue: IssueIdentity, request: WorkRequest): Promise<void>;
  /** Takes a request back; nothing if the issue has ended. @throws GhwError `TemporalUnreachable` */
  withdraw(issue: IssueIdentity, requestId: string): Promise<void>;
}

export function issueDoor({ client }: TemporalClient, taskQueue: string): IssueDoor {
  return {
    request: async (issue, request) => {
      try {
        await client.workflow.signalWithStart(ISSUE_WORKFLOW, {
          workflowId: issueWorkflowId(issue.repository, issue.number),
          taskQueue,
          staticSummary: formatIssue(issue),
          args: [{ issue }],
          signal: workRequestSignal,
          signalArgs: [request],
        });
      } catch (error) {
        throw clientError(error, issue);
      }
    },
    withdraw: async (issue, requestId) => {
      try {
        await client.workflow
          .getHandle(issueWorkflowId(issue.repository, issue.number))
          .signal(withdrawSignal, requestId);
      } catch (error) {
        if (!isNotFound(error)) throw clientError(error, issue);
      }
    },
  };
}
