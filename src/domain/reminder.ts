import { openQuestion } from './conversation.ts';
import type { IssueState } from './issue-state.ts';
import { waitsFor } from './lifecycle.ts';
import { currentPlan } from './plan.ts';

/** Then the person knows. */
const MAX_REMINDERS = 5;

/** Books since when a person is waited for. Never changes anything else: no time ever decides in a person's place. */
export function noteWaiting(state: IssueState, now: string): IssueState {
  const key = waitingKey(state);
  if (key === (state.waiting?.key ?? null)) return state;
  return { ...state, waiting: key === null ? null : { key, since: now, reminded: 0, isDue: false } };
}

/** When to remind next, in milliseconds since 1970; null if not. */
export function nextReminderAt({ waiting, policy }: IssueState): number | null {
  if (waiting === null || waiting.isDue || waiting.reminded >= MAX_REMINDERS) return null;
  const { reminderMs = null, remindAgainMs = 0 } = policy?.approval ?? {};
  return reminderMs === null ? null : Date.parse(waiting.since) + reminderMs + waiting.reminded * remindAgainMs;
}

/** The reminder's time has come. */
export function withReminderDue(state: IssueState): IssueState {
  return state.waiting === null ? state : { ...state, waiting: { ...state.waiting, isDue: true } };
}

/** A reminder was given. */
export function withReminderGiven(state: IssueState): IssueState {
  const { waiting } = state;
  return waiting === null ? state : { ...state, waiting: { ...waiting, isDue: false, reminded: waiting.reminded + 1 } };
}

/** What waits for a person's decision. An open pull request is not reminded of: GitHub does that. */
function waitingKey(state: IssueState): string | null {
  if (state.paused || state.outcome || waitsFor(state) !== 'person') return null;
  const { conversation, plan, implementation, stop } = state;
  if (stop) return `stop:${stop.kind}:${stop.at}`;
  const question = openQuestion(conversation);
  if (question) return `question:${question.id}`;
  switch (implementation.state) {
    case 'awaiting_review':
    case 'reviewed':
    case 'review_failed':
    case 'failed':
      return `implementation:${implementation.state}:${implementation.attempt}:${implementation.change?.headOid ?? ''}`;
    case 'none':
      return `plan:${plan.state}:${plan.attempt}:${currentPlan(plan)?.version ?? 0}`;
    default:
      return null;
  }
}
