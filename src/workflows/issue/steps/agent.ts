import type { Priority } from '@temporalio/common';
import { isCancellation, uuid4 } from '@temporalio/workflow';
import type { AgentRunInput } from '../../../activities/agent/types.ts';
import type { Failure } from '../../../domain/errors.ts';
import type { AgentSession, IssueState, ObservedIssue } from '../../../domain/issue-state.ts';
import type { AgentChoice, IssuePolicy } from '../../../domain/policy.ts';
import { applyRunTrace, type RunTrace } from '../../../domain/progress/run.ts';
import { failureOf, traceOf } from '../../failures.ts';
import type { IssueRun } from '../issue-run.ts';

/** What a phase asked for, over what the policy says. */
export function chooseAgent(
  policy: AgentChoice,
  request: { readonly agent: string | null; readonly model: string | null } | null,
): AgentChoice {
  const agent = request?.agent ?? policy.agent;
  // Another agent's model name would mean nothing to this one.
  const model = request?.model ?? (agent === policy.agent ? policy.model : null);
  return { agent, model };
}

/** What sync must have brought before an agent can run. */
export function known(state: IssueState): { readonly observed: ObservedIssue; readonly policy: IssuePolicy } {
  const { observed, policy } = state;
  if (!observed || !policy) throw new Error('A step ran before the first sync');
  return { observed, policy };
}

/** By the repository's priority; among equals, repositories in turn. */
export function slotPriority(state: IssueState): Priority {
  const { observed, policy } = known(state);
  return { priorityKey: policy.priority, fairnessKey: observed.repository.id };
}

/** The part of the input that author and reviewer share. */
export function agentRunInput(
  state: IssueState,
  options: {
    readonly key: string;
    readonly choice: AgentChoice;
    readonly session: AgentSession | null;
    readonly baseOid: string;
  },
): AgentRunInput {
  const { observed, policy } = known(state);
  const { session } = options;
  return {
    issue: state.issue,
    snapshot: observed.snapshot,
    issueTextDigest: observed.textDigest,
    key: options.key,
    choice: options.choice,
    // A conversation belongs to the agent that had it.
    session: session?.agent === options.choice.agent ? session : null,
    newSessionId: uuid4(),
    limits: policy.run,
    baseOid: options.baseOid,
  };
}

/**
 * Runs an agent activity and books it, however it ended.
 *
 * @returns the result, or what went wrong
 * @throws CancelledFailure if the run was stopped; what it left is booked
 */
export async function runAndBook<Result extends { readonly trace: RunTrace }>(
  run: IssueRun,
  execute: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly failure: null } | { readonly result: null; readonly failure: Failure }> {
  try {
    const result = await execute();
    run.change((state) => applyRunTrace(state, result.trace, 'ok', run.now()));
    return { result, failure: null };
  } catch (error) {
    const trace = traceOf(error);
    const stopped = isCancellation(error);
    if (trace) run.change((state) => applyRunTrace(state, trace, stopped ? 'cancelled' : 'failed', run.now()));
    if (stopped) throw error;
    return { result: null, failure: failureOf(error, run.now()) };
  }
}
