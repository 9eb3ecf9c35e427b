import type { Failure } from '../errors.ts';
import { applyCommand } from '../commands/index.ts';
import { isReviewOfHead } from '../lifecycle.ts';
import type { IssueState } from '../issue-state.ts';
import type { OpenRequest, WorkAnswer, WorkDesk, WorkRequest } from './desk.ts';
import { workPhases } from './phases.ts';
import { takeOf, type Take, type WorkView } from './takes.ts';

const MAX_ANSWERED = 200;

/** Reads a request from a message; null if it is none. */
export function parseRequest(input: unknown): WorkRequest | null {
  if (typeof input !== 'object' || input === null) return null;
  const { requestId, phase, replyTo, agent, model } = input as Partial<Record<keyof WorkRequest, unknown>>;
  const known = workPhases.find((name) => name === phase);
  // An answer to a workflow that cannot be there would keep this one from going on.
  if (!isId(requestId) || !isId(replyTo) || known === undefined) return null;
  return { requestId, replyTo, phase: known, agent: textOrNull(agent), model: textOrNull(model) };
}

/** Longer than any that we make, shorter than what Temporal takes. */
const MAX_ID = 500;

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Takes a request in, once. */
export function withWorkRequest(state: IssueState, request: WorkRequest): IssueState {
  const { desk } = state;
  const isKnown = [...desk.open, ...desk.answers].some(({ requestId }) => requestId === request.requestId);
  if (isKnown || desk.answered.includes(request.requestId)) return state;
  return withDesk(state, { open: [...desk.open, { ...request, isRead: false, isBegun: false }] });
}

/** Drops a request that has not begun, unanswered: who asked no longer wants it. */
export function withoutWorkRequest(state: IssueState, requestId: string): IssueState {
  const open = state.desk.open.filter((request) => request.requestId !== requestId || request.isBegun);
  return open.length === state.desk.open.length ? state : withDesk(state, { open });
}

/** An answer has arrived, or nobody wants it any more. */
export function withAnswerSent(state: IssueState, requestId: string): IssueState {
  return withDesk(state, {
    answers: state.desk.answers.filter((answer) => answer.requestId !== requestId),
    answered: [...state.desk.answered, requestId].slice(-MAX_ANSWERED),
  });
}

/** The issue was read from GitHub: what was asked for until now may begin. */
export function withIssueRead(state: IssueState): IssueState {
  if (state.desk.open.every(({ isRead }) => isRead)) return state;
  return withDesk(state, { open: state.desk.open.map((open) => ({ ...open, isRead: true })) });
}

/** It could not be read: what was to begin then has failed, and has cost nothing. A later cycle may ask again. */
export function withIssueUnread(state: IssueState, failure: Failure): IssueState {
  const unread = state.desk.open.filter(({ isBegun, isRead }) => !isBegun && !isRead);
  return unread.reduce((current, request) => answered(current, request, failed(failure)), state);
}

/** Begins what can begin, and answers what has come to an end. To be called after every change. */
export function settleRequests(state: IssueState, now: string): IssueState {
  return state.desk.open.reduce((current, request) => {
    const next = request.isBegun || current.outcome ? current : begun(current, request, now);
    const open = next.desk.open.find(({ requestId }) => requestId === request.requestId);
    const answer = open && answerTo(next, open);
    return answer ? answered(next, request, answer) : next;
  }, state);
}

type Answer = Pick<WorkAnswer, 'outcome' | 'reason' | 'error'>;

const done: Answer = { outcome: 'done', reason: null, error: null };
const alreadyRunning: Answer = { outcome: 'already_running', reason: null, error: null };
const skipped = (reason: string): Answer => ({ outcome: 'skipped', reason, error: null });
const person = (reason: string): Answer => ({ outcome: 'waiting_for_person', reason, error: null });

function failed(failure: Failure | null): Answer {
  return { outcome: 'failed', reason: failure?.message ?? null, error: failure?.name ?? null };
}

function begun(state: IssueState, request: OpenRequest, now: string): IssueState {
  const take = takeOf(request.phase, viewOf(state));
  const isKnown = state.observed !== null || state.paused !== null;
  if (isKnown && take.kind !== 'take') return answered(state, request, refusalOf(take));
  // What GitHub says now comes first: the issue may be closed, or have a pull request already.
  if (!request.isRead) return state.syncDue ? state : { ...state, syncDue: true };
  const { requestId, agent, model, phase } = request;
  const input = { by: 'work cycle', door: 'cycle', agent, model };
  const applied = applyCommand(state, phase, input, { now, door: 'signal' });
  if (applied.refused) return answered(applied.state, request, skipped(applied.refused.message));
  // It was read just now.
  return withDesk(
    { ...applied.state, syncDue: false },
    {
      open: applied.state.desk.open.map((open) => (open.requestId === requestId ? { ...open, isBegun: true } : open)),
    },
  );
}

function refusalOf(take: Exclude<Take, { readonly kind: 'take' }>): Answer {
  switch (take.kind) {
    case 'already_running':
      return alreadyRunning;
    case 'waiting_for_person':
      return person(take.reason);
    case 'skipped':
      return skipped(take.reason);
  }
}

function answerTo(state: IssueState, { isBegun, phase }: OpenRequest): Answer | null {
  if (!isBegun) return state.outcome ? skipped(state.outcome) : null;
  if (state.paused) return person('paused');
  if (state.stop) return person(state.stop.message);
  return phase === 'plan' ? planAnswer(state) : implementationAnswer(state, phase);
}

function planAnswer({ outcome, plan }: IssueState): Answer | null {
  switch (plan.state) {
    case 'generating':
      return outcome ? skipped(outcome) : null;
    case 'failed':
      return failed(plan.failure);
    case 'needs_clarification':
      return person('the plan waits for an answer');
    case 'none':
    case 'rejected':
      return skipped('cancelled');
    case 'awaiting_review':
    case 'approved':
      return done;
  }
}

function implementationAnswer(state: IssueState, phase: 'implement' | 'review'): Answer | null {
  const { outcome, implementation, review } = state;
  switch (implementation.state) {
    case 'generating':
    case 'reviewing':
      return outcome ? skipped(outcome) : null;
    case 'failed':
      return failed(implementation.failure);
    case 'review_failed':
      return failed(review.failure);
    case 'needs_clarification':
      return person('the implementation waits for an answer');
    case 'awaiting_review':
      return implementation.concerns.length > 0
        ? person('the change needs a person’s word before it is published')
        : done;
    case 'none':
    case 'pr_closed':
      return skipped('cancelled');
    case 'pr_opened':
      return phase === 'review' && review.failure ? failed(review.failure) : done;
    case 'reviewed':
    case 'merged':
      return done;
  }
}

/** As a phase judges it. */
export function viewOf(state: IssueState): WorkView {
  return {
    isOpen: state.outcome === null,
    isPaused: state.paused !== null,
    isStopped: state.stop !== null,
    plan: state.plan.state,
    implementation: state.implementation.state,
    isReviewed: isReviewOfHead(state),
  };
}

function answered(state: IssueState, { requestId, replyTo }: OpenRequest, answer: Answer): IssueState {
  return withDesk(state, {
    open: state.desk.open.filter((open) => open.requestId !== requestId),
    answers: [...state.desk.answers, { requestId, replyTo, ...answer }],
  });
}

function withDesk(state: IssueState, patch: Partial<WorkDesk>): IssueState {
  return { ...state, desk: { ...state.desk, ...patch } };
}
