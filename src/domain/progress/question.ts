import { openQuestion, withMessage } from '../conversation.ts';
import type { Failure } from '../errors.ts';
import { withAudit, withConversation, withPlan, type IssueState } from '../issue-state.ts';
import { moveImplementation } from '../lifecycle.ts';
import { planTransitions } from '../plan.ts';
import { defaultTalk } from '../policy.ts';
import type { AskedQuestion, Question } from '../question.ts';
import { transition } from '../transitions.ts';
import { applyImplementationFailure } from './implementation.ts';
import { applyPlanFailure } from './plan.ts';
import { beginTurn } from './turn.ts';

type Track = Question['track'];

/** An agent's turn ended with a question: a person is asked, unless it asks too often. */
export function applyQuestion(state: IssueState, track: Track, asked: AskedQuestion, now: string): IssueState {
  if (standOf(state, track) !== 'generating') return state;
  const { onExpiry, expiresAfterMs, maxRounds } = (state.policy ?? defaultTalk).clarification;
  const { conversation, session } = state;
  const agent = session?.agent ?? 'agent';
  const noted = withAudit(state, {
    at: now,
    action: 'question',
    by: agent,
    door: 'agent',
    detail: asked.text.slice(0, 200),
  });
  const { attempt } = track === 'plan' ? state.plan : state.implementation;
  const of = `${track}-${attempt}`;
  const rounds = conversation.rounds.of === of ? conversation.rounds.count : 0;
  if (rounds >= maxRounds) {
    const message = `${agent} has asked ${rounds} questions (clarification.max_rounds) and asks once more: ${asked.text}`;
    return applyFailure(noted, track, { name: 'TooManyQuestions', message, at: now });
  }
  const question: Question = {
    ...asked,
    id: `q${conversation.asked + 1}`,
    track,
    agent,
    conversation: session?.id ?? '',
    askedAt: now,
    expiresAt: onExpiry === 'never' ? null : new Date(Date.parse(now) + expiresAfterMs).toISOString(),
    resolution: null,
  };
  const asking = withConversation(noted, {
    asked: conversation.asked + 1,
    rounds: { of, count: rounds + 1 },
    question,
  });
  if (track === 'implementation') return moveImplementation(asking, 'needs_clarification');
  return withPlan(asking, { state: transition(planTransitions, state.plan.state, 'needs_clarification') });
}

/** When the open question expires, in milliseconds since 1970; null if it does not. A pause holds the time. */
export function questionExpiresAt({ conversation, outcome, paused }: IssueState): number | null {
  const expiresAt = openQuestion(conversation)?.expiresAt ?? null;
  return expiresAt === null || outcome || paused ? null : Date.parse(expiresAt);
}

/** Nobody answered in time: the work fails, or the agent goes on with an assumption that it writes down. */
export function applyExpiry(state: IssueState, now: string): IssueState {
  const question = openQuestion(state.conversation);
  if (!question) return state;
  const { onExpiry } = (state.policy ?? defaultTalk).clarification;
  const how = onExpiry === 'assume' ? 'assumed' : 'expired';
  const entry = {
    at: now,
    action: 'questionExpired',
    by: 'gh-worker',
    door: 'timer',
    detail: `${question.id}: ${how}`,
  };
  const over = withAudit(withConversation(state, { question: { ...question, resolution: { how, at: now } } }), entry);
  if (how === 'assumed') {
    const message = { kind: 'assume', text: '', question: question.text, by: 'gh-worker', at: now } as const;
    return beginTurn(
      { ...withConversation(over, withMessage(over.conversation, message)), syncDue: true },
      question.track,
    );
  }
  const message = `Nobody answered ${question.id} by ${question.expiresAt ?? now}: ${question.text}`;
  return applyFailure(over, question.track, { name: 'QuestionExpired', message, at: now });
}

/** The time that a pause took is given back. */
export function withLaterExpiry(state: IssueState, byMs: number): IssueState {
  const question = openQuestion(state.conversation);
  if (!question?.expiresAt) return state;
  const expiresAt = new Date(Date.parse(question.expiresAt) + byMs).toISOString();
  return withConversation(state, { question: { ...question, expiresAt } });
}

function standOf(state: IssueState, track: Track): string {
  return track === 'plan' ? state.plan.state : state.implementation.state;
}

function applyFailure(state: IssueState, track: Track, failure: Failure): IssueState {
  return track === 'plan' ? applyPlanFailure(state, failure) : applyImplementationFailure(state, failure);
}
