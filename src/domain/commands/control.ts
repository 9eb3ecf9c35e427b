import { withPlan, withReview, type IssueState } from '../issue-state.ts';
import { formatIssue } from '../issue.ts';
import { moveImplementation, stopImplementation } from '../lifecycle.ts';
import { hasOpenPullRequest } from '../implementation.ts';
import { currentPlan, planTransitions } from '../plan.ts';
import { withLaterExpiry } from '../progress/question.ts';
import { beginTurn } from '../progress/turn.ts';
import { transition } from '../transitions.ts';
import { refusal, type Command, type CommandEnvelope } from './command.ts';

export interface ControlArgs extends CommandEnvelope {
  readonly reason: string | null;
}

function parse(fields: Parameters<Command<ControlArgs>['parse']>[0]): ControlArgs {
  return { ...fields.envelope('optional'), reason: fields.optionalText('reason') };
}

export const pause: Command<ControlArgs> = {
  description: 'Stop after saving the work; resume goes on in the same session. Fields: by?, reason?',
  parse,
  refuse: (state) =>
    state.paused
      ? refusal('NotApplicable', `${formatIssue(state.issue)} is paused already`, 'go on with ghw issues resume')
      : undefined,
  apply: (state, args, context) => ({ ...state, paused: { by: args.by, reason: args.reason, at: context.now } }),
  detail: (args) => args.reason ?? '',
};

export const resume: Command<ControlArgs> = {
  description: 'Go on after a pause, or after a run that stopped at a limit. Fields: by?, reason?',
  parse,
  refuse: (state) => {
    if (state.paused || state.stop) return undefined;
    return refusal('NotApplicable', `${formatIssue(state.issue)} is not paused`);
  },
  apply: (state, _args, context) => {
    if (state.paused) {
      const pausedMs = Date.parse(context.now) - Date.parse(state.paused.at);
      return { ...withLaterExpiry(state, pausedMs), paused: null };
    }
    // Budgets are looked at again before the agent starts; what is still used up stops it at once.
    return state.stop ? beginTurn({ ...state, stop: null, syncDue: true }, state.stop.track) : state;
  },
  detail: (args) => args.reason ?? '',
};

function isPlanRunning(state: IssueState): boolean {
  return state.plan.state === 'generating' || state.plan.state === 'needs_clarification';
}

function isImplementationRunning(state: IssueState): boolean {
  const { state: current, publishWish } = state.implementation;
  return (
    current === 'generating' || current === 'needs_clarification' || current === 'reviewing' || publishWish !== null
  );
}

function cancelPlan(state: IssueState): IssueState {
  if (!isPlanRunning(state)) return state;
  // A revision that is cancelled leaves the plan that it was to replace.
  const to = currentPlan(state.plan) ? 'awaiting_review' : 'none';
  return withPlan(state, { state: transition(planTransitions, 'generating', to) });
}

function cancelImplementation(state: IssueState): IssueState {
  if (state.implementation.state === 'reviewing') {
    const { implementation } = state;
    if (hasOpenPullRequest(implementation)) return moveImplementation(state, 'pr_opened');
    return moveImplementation(state, implementation.change ? 'awaiting_review' : 'none');
  }
  const { stage } = state.implementation;
  const stopped = stopImplementation(state);
  return moveImplementation(stopped, stopped.implementation.state, {
    publishWish: null,
    stage: stopped.implementation.state === 'generating' ? stage : null,
  });
}

export const cancel: Command<ControlArgs> = {
  description: 'Stop what is running; its work is kept. Fields: by?, reason?',
  parse,
  refuse: (state) =>
    isPlanRunning(state) || isImplementationRunning(state)
      ? undefined
      : refusal('NotApplicable', `${formatIssue(state.issue)}: nothing is running`),
  apply: (state) =>
    withReview({ ...cancelImplementation(cancelPlan(state)), paused: null, syncDue: false }, { returns: false }),
  detail: (args) => args.reason ?? '',
};
