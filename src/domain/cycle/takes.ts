import type { ImplementationState } from '../implementation.ts';
import { implementationStateNames } from '../implementation.ts';
import type { PlanState } from '../plan.ts';
import { planStateNames } from '../plan.ts';
import type { WorkPhase } from './phases.ts';

/** As much of an issue as a phase judges it by. */
export interface WorkView {
  readonly isOpen: boolean;
  readonly isPaused: boolean;
  /** True if an agent's work stopped at a limit, and a person is asked. */
  readonly isStopped: boolean;
  readonly plan: PlanState;
  readonly implementation: ImplementationState;
  /** True if the change as it is has a verdict. */
  readonly isReviewed: boolean;
}

/** Whether a phase takes an issue; if not, why. */
export type Take =
  | { readonly kind: 'take' }
  | { readonly kind: 'already_running' }
  | { readonly kind: 'waiting_for_person'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string };

const take: Take = { kind: 'take' };
const running: Take = { kind: 'already_running' };
const skip = (reason: string): Take => ({ kind: 'skipped', reason });
const person = (reason: string): Take => ({ kind: 'waiting_for_person', reason });

const byPlan = {
  none: take,
  generating: running,
  needs_clarification: person('the plan waits for an answer'),
  awaiting_review: person('the plan waits for approval'),
  approved: skip('planned'),
  rejected: skip('the plan was rejected'),
  // Not again before a person says so, or every cycle would pay for the same failure.
  failed: skip('the plan failed'),
} as const satisfies Record<PlanState, Take>;

const byImplementation = {
  none: take,
  generating: running,
  reviewing: running,
  needs_clarification: person('the implementation waits for an answer'),
  awaiting_review: person('the change waits for a person'),
  reviewed: person('the change waits for a person'),
  review_failed: person('the review failed'),
  failed: skip('the implementation failed'),
  pr_opened: skip('implemented'),
  pr_closed: skip('its pull request was closed'),
  merged: skip('merged'),
} as const satisfies Record<ImplementationState, Take>;

const byReview = {
  none: skip('nothing to review'),
  generating: running,
  reviewing: running,
  needs_clarification: skip('nothing to review'),
  failed: skip('nothing to review'),
  awaiting_review: take,
  reviewed: skip('reviewed'),
  review_failed: skip('the review failed'),
  pr_opened: take,
  pr_closed: skip('its pull request was closed'),
  merged: skip('merged'),
} as const satisfies Record<ImplementationState, Take>;

/** True while an issue takes up a phase's room. */
export function isAtWork(phase: WorkPhase, { implementation, isStopped, plan }: WorkView): boolean {
  if (isStopped) return false;
  switch (phase) {
    case 'plan':
      return plan === 'generating';
    case 'implement':
      return implementation === 'generating';
    case 'review':
      return implementation === 'reviewing';
  }
}

/** What each phase of a cycle takes. The issue's own workflow judges by the same table. */
export function takeOf(phase: WorkPhase, issue: WorkView): Take {
  if (!issue.isOpen) return skip('closed');
  if (issue.isPaused) return skip('paused');
  const due = dueOf(phase, issue);
  return due.kind === 'already_running' && issue.isStopped ? person('the work stopped at a limit') : due;
}

function dueOf(phase: WorkPhase, issue: WorkView): Take {
  switch (phase) {
    case 'plan':
      return issue.implementation === 'none'
        ? byPlan[issue.plan]
        : skip(implementationStateNames[issue.implementation]);
    case 'implement':
      if (issue.implementation === 'none' && issue.plan !== 'approved') {
        return skip(`no approved plan (${planStateNames[issue.plan]})`);
      }
      return byImplementation[issue.implementation];
    case 'review': {
      const due = byReview[issue.implementation];
      return due.kind === 'take' && issue.isReviewed ? skip('reviewed') : due;
    }
  }
}
