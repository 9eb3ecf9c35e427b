import type { Failure } from '../errors.ts';
import { withPlan, type IssueState } from '../issue-state.ts';
import { addPlanVersion, planTransitions } from '../plan.ts';
import { transition } from '../transitions.ts';

/** A plan that an agent wrote. */
export interface WrittenPlan {
  readonly text: string;
  readonly digest: string;
  /** Digest of the issue text that the agent was shown. */
  readonly issueTextDigest: string;
  readonly agent: string;
}

/** Keeps a finished plan; it waits for review unless the generation was cancelled meanwhile. */
export function applyPlan(state: IssueState, written: WrittenPlan, now: string): IssueState {
  if (state.plan.state !== 'generating') return state;
  return withPlan(state, {
    state: transition(planTransitions, state.plan.state, 'awaiting_review'),
    versions: addPlanVersion(state.plan.versions, {
      digest: written.digest,
      text: written.text,
      issueTextDigest: written.issueTextDigest,
      author: written.agent,
      door: 'agent',
      createdAt: now,
    }),
    failure: null,
  });
}

export function applyPlanFailure(state: IssueState, failure: Failure): IssueState {
  if (state.plan.state !== 'generating' && state.plan.state !== 'needs_clarification') return state;
  return withPlan(state, { state: transition(planTransitions, state.plan.state, 'failed'), failure });
}
