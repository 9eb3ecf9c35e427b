import type { Priority } from '@temporalio/common';
import { isCancellation, uuid4 } from '@temporalio/workflow';
import type { AgentRunInput } from '../../../activities/agent/types.ts';
import { chooseAgent, type ChoiceQuestion, type ChosenAgent } from '../../../domain/agent-choice.ts';
import type { AgentPhase } from '../../../domain/agent-run.ts';
import { withSpent, workOf, type Allowance } from '../../../domain/budget.ts';
import { withMessagesGiven, type Message } from '../../../domain/conversation.ts';
import type { Failure } from '../../../domain/errors.ts';
import type { AgentSession, IssueState, ObservedIssue, RunRecord } from '../../../domain/issue-state.ts';
import type { ReachedLimit, Stop } from '../../../domain/limit.ts';
import { workKey } from '../../../domain/next-step.ts';
import type { IssuePolicy } from '../../../domain/policy.ts';
import { applyLimit } from '../../../domain/progress/limit.ts';
import { applyRunTrace, type RunTrace } from '../../../domain/progress/run.ts';
import { applyStandIn, failedAgents } from '../../../domain/progress/stand-in.ts';
import { failureOf, limitOf, traceOf } from '../../failures.ts';
import type { IssueRun } from '../issue-run.ts';

/** The agent for a step of a phase. */
export function agentFor(
  state: IssueState,
  {
    key,
    phase,
    request,
  }: { readonly key: string; readonly phase: AgentPhase; readonly request: ChoiceQuestion['request'] },
): ChosenAgent {
  const { observed, policy } = known(state);
  const failed = failedAgents(state, workKey(key));
  return chooseAgent(policy, { phase, labels: observed.labels, request, failed });
}

/** The run failed: another agent takes over where one can, and the phase has failed where none can. */
export function failRun(
  run: IssueRun,
  {
    key,
    choice,
    failure,
    fail,
  }: {
    readonly key: string;
    readonly choice: ChosenAgent;
    readonly failure: Failure;
    readonly fail: (state: IssueState, failure: Failure) => IssueState;
  },
): void {
  run.change((state) => applyStandIn(state, { work: workKey(key), choice, failure }) ?? fail(state, failure));
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
    readonly choice: ChosenAgent;
    readonly session: AgentSession | null;
    readonly baseOid: string;
  },
): AgentRunInput {
  const { observed } = known(state);
  const { choice, session } = options;
  const isOwn = session?.agent === choice.agent;
  return {
    issue: state.issue,
    snapshot: observed.snapshot,
    issueTextDigest: observed.textDigest,
    key: options.key,
    choice: { agent: choice.agent, model: choice.model },
    standIn: choice.standIn,
    // A conversation belongs to the agent that had it.
    session: isOwn ? session : null,
    handedOver: isOwn || failedAgents(state, workKey(options.key)).length === 0 ? null : session,
    newSessionId: uuid4(),
    limits: choice.limits,
    allowance: allowanceOf(state, options.key, choice),
    spent: { workUsd: workOf(state.purse, workKey(options.key)).spentUsd, issueUsd: state.costUsd },
    baseOid: options.baseOid,
  };
}

/** What a run may cost. */
function allowanceOf(state: IssueState, key: string, { limits }: ChosenAgent): Allowance {
  const { policy } = known(state);
  const { purse } = state;
  return {
    runUsd: limits.budgetUsd,
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
