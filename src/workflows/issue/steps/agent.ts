import type { Priority } from '@temporalio/common';
import { isCancellation, uuid4 } from '@temporalio/workflow';
import type { AgentRunInput } from '../../../activities/agent/types.ts';
import { withSpent, workOf, type Allowance } from '../../../domain/budget.ts';
import { withMessagesGiven, type Message } from '../../../domain/conversation.ts';
import type { Failure } from '../../../domain/errors.ts';
import type { AgentSession, IssueState, ObservedIssue, RunRecord } from '../../../domain/issue-state.ts';
import type { ReachedLimit, Stop } from '../../../domain/limit.ts';
import { workKey } from '../../../domain/next-step.ts';
import type { AgentChoice, IssuePolicy } from '../../../domain/policy.ts';
import { applyLimit } from '../../../domain/progress/limit.ts';
import { applyRunTrace, type RunTrace } from '../../../domain/progress/run.ts';
import { failureOf, limitOf, traceOf } from '../../failures.ts';
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
    allowance: allowanceOf(state, options.key),
    spent: { workUsd: workOf(state.purse, workKey(options.key)).spentUsd, issueUsd: state.costUsd },
    baseOid: options.baseOid,
  };
}

/** What a run may cost. */
function allowanceOf(state: IssueState, key: string): Allowance {
  const { policy } = known(state);
  const { purse } = state;
  return {
    runUsd: policy.run.budgetUsd,
    budgets: policy.budgets,
    raisedUsd: purse.raisedUsd,
    raises: purse.raises,
    workRaisedUsd: workOf(purse, workKey(key)).raisedUsd,
  };
}

/** How a run of an agent ended: with a result, at a limit that a person may lift, or in a failure. */
export type RunEnd<Result> =
  | { readonly result: Result; readonly limit: null; readonly failure: null }
  | { readonly result: null; readonly limit: ReachedLimit; readonly failure: null }
  | { readonly result: null; readonly limit: null; readonly failure: Failure };

/**
 * Runs an agent activity and books it, however it ended.
 *
 * @param options - the step's key, and what the agent was told by people
 * @throws CancelledFailure if the run was stopped; what it left is booked
 */
export async function runAndBook<Result extends { readonly trace: RunTrace }>(
  run: IssueRun,
  options: { readonly key: string; readonly messages?: readonly Message[] },
  execute: () => Promise<Result>,
): Promise<RunEnd<Result>> {
  const book = (trace: RunTrace, outcome: RunRecord['outcome']): void =>
    run.change((state) => {
      const booked = applyRunTrace(state, trace, outcome, run.now());
      const purse = withSpent(booked.purse, workKey(options.key), trace.costUsd);
      // Without a session nobody remembers what was said.
      const given = outcome === 'ok' || trace.session.file !== null ? (options.messages ?? []) : [];
      return { ...booked, purse, conversation: withMessagesGiven(booked.conversation, given) };
    });
  try {
    const result = await execute();
    book(result.trace, 'ok');
    return { result, limit: null, failure: null };
  } catch (error) {
    const trace = traceOf(error);
    const limit = limitOf(error);
    const stopped = isCancellation(error);
    if (trace) book(trace, stopped || limit ? 'cancelled' : 'failed');
    if (stopped) throw error;
    if (limit) return { result: null, limit, failure: null };
    return { result: null, limit: null, failure: failureOf(error, run.now()) };
  }
}

/** True if an agent has been paid for this piece of work already. */
export function isBegun({ purse }: IssueState, key: string): boolean {
  return purse.work?.key === workKey(key);
}

/** What people have to say to the author, and what they said before. */
export function messagesOf({ conversation }: IssueState): {
  readonly messages: readonly Message[];
  readonly said: readonly Message[];
} {
  return { messages: conversation.waiting, said: conversation.said };
}

/** The run ended at a limit: a person is asked. @param options - with the state that the run began with */
export function stopAtLimit(
  run: IssueRun,
  options: { readonly track: Stop['track']; readonly reached: ReachedLimit; readonly before: IssueState },
): void {
  const { before, reached, track } = options;
  const { raisedUsd } = before.purse;
  run.change((state) => applyLimit(state, { track, reached, raisedUsd, now: run.now() }));
}
