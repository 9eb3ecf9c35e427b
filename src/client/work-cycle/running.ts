import { WORK_CYCLE_WORKFLOW } from '../../workflows/protocol.ts';
import { type WorkClient, workError } from './work-client.ts';

/** The ids of the cycles that run on this queue, newest first. @throws GhwError `TemporalUnreachable` */
export async function runningCycles({ taskQueue, temporal }: WorkClient): Promise<readonly string[]> {
  const query = `WorkflowType = '${WORK_CYCLE_WORKFLOW}' AND ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue}'`;
  const ids: string[] = [];
  try {
    for await (const { workflowId } of temporal.client.workflow.list({ query })) ids.push(workflowId);
  } catch (error) {
    throw workError(error, 'the running cycles');
  }
  return ids;
}
