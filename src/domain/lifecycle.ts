import {
  hasOpenPullRequest,
  implementationLeadsTo,
  implementationTransitions,
  type ImplementationState,
  type ImplementationTrack,
  type WorkCommit,
} from './implementation.ts';
import { withImplementation, withPlan, type IssueState } from './issue-state.ts';
import { currentPlan, planTransitions, type PlanState } from './plan.ts';
import { transition } from './transitions.ts';

/** True if the issue's title or body has changed since the current plan was written. */
export function isPlanStale(state: IssueState): boolean {
  const current = currentPlan(state.plan);
  if (!current || !state.observed) return false;
  return current.issueTextDigest !== state.observed.textDigest;
}

/** True if the current plan is approved, for the issue text as it was last seen. */
export function isPlanApproved(state: IssueState): boolean {
  const { approval } = state.plan;
  if (state.plan.state !== 'approved' || !approval) return false;
  return !state.observed || approval.issueTextDigest === state.observed.textDigest;
}

/** True if the newest verdict is about the change as it is. */
export function isReviewOfHead({ implementation, review }: IssueState): boolean {
  const reviewed = review.last?.headOid;
  const { change, pullRequest } = implementation;
  return reviewed !== undefined && (reviewed === change?.headOid || reviewed === pullRequest?.headOid);
}

/** The work that exists outside the remote: an unfinished run's checkpoint, else the last whole change. */
export function workSoFar(implementation: ImplementationTrack): WorkCommit | null {
  if (implementation.checkpoint) return implementation.checkpoint;
  const { change } = implementation;
  return change ? { oid: change.headOid, bundle: change.bundle } : null;
}

/** The implementation's state when work ends without a result: where our pull request is open, that. */
function stateAtRest(implementation: ImplementationTrack): ImplementationState {
  return hasOpenPullRequest(implementation) ? 'pr_opened' : 'none';
}

/** Moves the implementation, as the table (and an open pull request) allows. */
export function moveImplementation(
  state: IssueState,
  to: ImplementationState,
  patch: Partial<Omit<ImplementationTrack, 'state'>> = {},
): IssueState {
  const from = state.implementation;
  if (from.state !== to && !implementationLeadsTo(from).includes(to))
    transition(implementationTransitions, from.state, to);
  return withImplementation(state, { ...patch, state: to });
}

/** Stops an implementation that is being generated; its work stays. Other states stay as they are. */
export function stopImplementation(state: IssueState): IssueState {
  const { implementation } = state;
  if (implementation.state !== 'generating' && implementation.state !== 'needs_clarification') return state;
  return moveImplementation(state, stateAtRest(implementation), { stage: null, publishWish: null });
}

/** Takes the approval back and stops what was running on it, keeping its work. */
export function stopForVoidApproval(state: IssueState): IssueState {
  const unapproved = withPlan(state, {
    state: transition(planTransitions, state.plan.state, 'awaiting_review'),
    approval: null,
  });
  return withImplementation(stopImplementation(unapproved), { publishWish: null });
}

/** `checks` is of a pull request; no step of today waits for them. */
export const waitsForValues = ['person', 'agent', 'checks', 'nobody'] as const;
export type WaitsFor = (typeof waitsForValues)[number];

/** Whom the issue waits for. */
export function waitsFor(state: IssueState): WaitsFor {
  const plan = state.plan.state;
  const implementation = state.implementation.state;
  if (state.outcome) return 'nobody';
  if (state.paused || state.stop) return 'person';
  if (plan === 'generating' || implementation === 'generating' || implementation === 'reviewing') return 'agent';
  if (plan === 'needs_clarification' || plan === 'awaiting_review' || plan === 'failed') return 'person';
  if (implementation === 'none' || implementation === 'merged' || implementation === 'pr_closed') return 'nobody';
  return 'person';
}

/** True where an agent should work and a person is waited for: its work stopped at a limit. */
export function isStopped(standing: {
  readonly waitsFor: WaitsFor;
  readonly paused: boolean;
  readonly planState: PlanState;
  readonly implementationState: ImplementationState;
}): boolean {
  const { implementationState, paused, planState, waitsFor: whom } = standing;
  const works = planState === 'generating' || ['generating', 'reviewing'].includes(implementationState);
  return works && whom === 'person' && !paused;
}

export const phases = ['new', 'plan', 'implement', 'review', 'pull_request', 'done'] as const;
export type Phase = (typeof phases)[number];

/** The part of its life an issue is in. */
export function phaseOf(state: IssueState): Phase {
  if (state.outcome) return 'done';
  switch (state.implementation.state) {
    case 'none':
      return state.plan.state === 'none' ? 'new' : 'plan';
    case 'generating':
    case 'needs_clarification':
    case 'failed':
    case 'awaiting_review':
      return 'implement';
    case 'reviewing':
    case 'reviewed':
    case 'review_failed':
      return 'review';
    case 'pr_opened':
    case 'pr_closed':
      return 'pull_request';
    case 'merged':
      return 'done';
  }
}
