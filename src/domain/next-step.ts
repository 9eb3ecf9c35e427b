import { hasOpenPullRequest } from './implementation.ts';
import { questionCommentKey } from './conversation.ts';
import type { IssueState } from './issue-state.ts';
import { planCommentKey } from './plan.ts';

export type StepKind =
  | 'sync'
  | 'publishPlan'
  | 'publishQuestion'
  | 'publishReview'
  | 'writePlan'
  | 'implement'
  | 'validate'
  | 'publishChange'
  | 'openPullRequest'
  | 'review'
  | 'remind';

/** One thing to do, and a name under which it is the same thing however often it is tried. */
export interface Step {
  readonly kind: StepKind;
  readonly key: string;
}

/**
 * What an issue's workflow does next: a function of its state alone, so that a crash, a pause or a new run goes on
 * exactly there. Null means at rest. A step that is no longer the next one while it runs is ended.
 */
export function nextStep(state: IssueState): Step | null {
  if (state.outcome || state.paused) return null;
  if (state.syncDue) return { kind: 'sync', key: `sync:${state.observed?.at ?? 'first'}` };
  return publicationStep(state) ?? planStep(state) ?? implementationStep(state) ?? reminderStep(state);
}

function publicationStep(state: IssueState): Step | null {
  const { plan, implementation, review } = state;
  const planKey = planCommentKey(plan);
  if (planKey !== null && planKey !== plan.comment?.key) return { kind: 'publishPlan', key: `comment:${planKey}` };
  const questionKey = questionCommentKey(state.conversation);
  if (questionKey !== null && questionKey !== state.conversation.comment?.key)
    return { kind: 'publishQuestion', key: `question:${questionKey}` };
  const finished = review.last;
  if (finished && hasOpenPullRequest(implementation) && review.comment?.headOid !== finished.headOid) {
    return { kind: 'publishReview', key: `verdict:${finished.headOid}:${finished.at}` };
  }
  return null;
}

function planStep(state: IssueState): Step | null {
  if (state.plan.state !== 'generating' || state.stop) return null;
  return { kind: 'writePlan', key: turnKey(state, `plan-${state.plan.attempt}`) };
}

/** Another turn of the same work is another run of the agent. */
function turnKey({ conversation }: IssueState, work: string): string {
  return conversation.turn === 0 ? work : `${work}/${conversation.turn}`;
}

/** The piece of work that a step of an agent belongs to: the same over all its turns. */
export function workKey(step: string): string {
  return step.split('/')[0] ?? step;
}

function reminderStep({ waiting }: IssueState): Step | null {
  return waiting?.isDue ? { kind: 'remind', key: `remind:${waiting.key}:${waiting.reminded + 1}` } : null;
}

function implementationStep(state: IssueState): Step | null {
  const { implementation, review } = state;
  const { attempt, round, stage } = implementation;
  if (implementation.state === 'reviewing') {
    if (state.stop) return null;
    return { kind: 'review', key: turnKey(state, `review-${review.attempt}.${review.rounds}`) };
  }
  if (implementation.state !== 'generating' && implementation.publishWish === null) return null;
  const head = implementation.change?.headOid ?? 'none';
  switch (stage) {
    case 'run':
      if (state.stop) return null;
      return { kind: 'implement', key: turnKey(state, `implement-${attempt}.${round}`) };
    case 'validate':
      return { kind: 'validate', key: `validate-${attempt}:${head}` };
    case 'publish':
      return { kind: 'publishChange', key: `publish-${attempt}:${head}` };
    case 'open':
      return { kind: 'openPullRequest', key: `open-${attempt}:${head}` };
    case null:
      return null;
  }
}
