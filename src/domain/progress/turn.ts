import { withConversation, withPlan, type IssueState } from '../issue-state.ts';
import { moveImplementation } from '../lifecycle.ts';
import { openQuestion } from '../conversation.ts';
import type { Stop } from '../limit.ts';
import { planTransitions } from '../plan.ts';
import { transition } from '../transitions.ts';

type Track = Stop['track'];

/** The author's track on which an agent works, or would as soon as a worker takes it; null where none does. */
export function runningTrack(state: IssueState): 'plan' | 'implementation' | null {
  if (state.outcome || state.paused || state.stop) return null;
  if (state.plan.state === 'generating') return 'plan';
  const { implementation } = state;
  return implementation.state === 'generating' && implementation.stage === 'run' ? 'implementation' : null;
}

/** Has the agent go on with a track in another turn; the one that runs ends, its work kept. */
export function beginTurn(state: IssueState, track: Track): IssueState {
  const next = withConversation(state, { turn: state.conversation.turn + 1 });
  switch (track) {
    case 'plan':
      return withPlan(next, { state: transition(planTransitions, state.plan.state, 'generating') });
    case 'implementation':
      return moveImplementation(next, 'generating', { stage: 'run' });
    case 'review':
      return next;
  }
}

/** What a question or a stop was about is no longer being done: nobody needs to decide it. To be called after every change. */
export function settleTalk(state: IssueState, now: string): IssueState {
  return withoutMootStop(withoutMootQuestion(state, now));
}

function withoutMootQuestion(state: IssueState, now: string): IssueState {
  const question = openQuestion(state.conversation);
  if (!question) return state;
  const { state: stands } = question.track === 'plan' ? state.plan : state.implementation;
  if (stands === 'needs_clarification' && !state.outcome) return state;
  return withConversation(state, { question: { ...question, resolution: { how: 'withdrawn', at: now } } });
}

function withoutMootStop(state: IssueState): IssueState {
  if (!state.stop || (!state.outcome && isAtWork(state, state.stop.track))) return state;
  return { ...state, stop: null };
}

function isAtWork({ implementation, plan }: IssueState, track: Track): boolean {
  switch (track) {
    case 'plan':
      return plan.state === 'generating';
    case 'implementation':
      return implementation.state === 'generating';
    case 'review':
      return implementation.state === 'reviewing';
  }
}
