import { formatIssue } from '../../../domain/issue.ts';
import { applyImplementationFailure, applyValidation } from '../../../domain/progress/implementation.ts';
import { isCancellation } from '@temporalio/workflow';
import { agentActivity, longestValidationMs } from '../../activities.ts';
import { failureOf } from '../../failures.ts';
import type { IssueRun } from '../issue-run.ts';
import { known, slotPriority } from './agent.ts';

/** Runs the project's checks on the change. */
export async function validate(run: IssueRun, key: string): Promise<void> {
  const { state } = run;
  const { policy } = known(state);
  const { change } = state.implementation;
  if (!change) throw new Error('Validation without a change');
  const execute = agentActivity('validateChange', {
    type: state.taskType,
    priority: slotPriority(state),
    longestMs: longestValidationMs(policy),
    summary: `Validate ${formatIssue(state.issue)} at ${change.headOid.slice(0, 12)}`,
  });
  try {
    const report = await execute({ issue: state.issue, key, change, timeoutMs: policy.validation.timeoutMs });
    run.change((current) => applyValidation(current, report, policy, run.now()));
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.change((current) => applyImplementationFailure(current, failureOf(error, run.now())));
  }
}
