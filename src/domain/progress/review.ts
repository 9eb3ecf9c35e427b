import type { Failure } from '../errors.ts';
import { hasOpenPullRequest } from '../implementation.ts';
import { withAudit, withReview, type IssueState } from '../issue-state.ts';
import { isPlanApproved, moveImplementation } from '../lifecycle.ts';
import type { IssuePolicy } from '../policy.ts';
import type { FinishedReview } from '../review.ts';

/**
 * A review came to its end. Findings go back to the author while rounds are left and the approved plan still stands;
 * then a person is asked.
 */
export function applyReview(state: IssueState, finished: FinishedReview, policy: IssuePolicy): IssueState {
  const kept = withReview(state, { last: finished, failure: null });
  if (state.implementation.state !== 'reviewing') return kept;
  const reviewed = moveImplementation(kept, hasOpenPullRequest(kept.implementation) ? 'pr_opened' : 'reviewed');
  const asksForChanges = finished.report.verdict === 'request_changes';
  const mayRework = kept.implementation.change !== null && isPlanApproved(kept);
  if (!asksForChanges || !mayRework || state.review.rounds >= policy.review.maxRounds) return reviewed;
  return withReview(
    moveImplementation(reviewed, 'generating', { stage: 'run', reason: 'review', validationFailures: 0 }),
    {
      rounds: state.review.rounds + 1,
      returns: true,
    },
  );
}

/** There was neither a change nor an open pull request: the issue is where it was before the review was asked for. */
export function applyNothingToReview(state: IssueState, failure: Failure): IssueState {
  if (state.implementation.state !== 'reviewing') return state;
  return withReview(moveImplementation(state, 'none'), { failure });
}

/**
 * The author read the findings and left the code as it is. A person is asked: a reviewer would only find the same again.
 *
 * @param reason - the author's last words
 */
export function applyDeclinedReview(state: IssueState, reason: string, now: string): IssueState {
  if (state.implementation.state !== 'generating') return state;
  const to = hasOpenPullRequest(state.implementation) ? 'pr_opened' : 'awaiting_review';
  const rested = withReview(moveImplementation(state, to, { stage: null, checkpoint: null }), { returns: false });
  const by = state.session?.agent ?? 'agent';
  return withAudit(rested, { at: now, action: 'reviewDeclined', by, door: 'agent', detail: reason });
}

/** A reviewer that crashed is not a review. */
export function applyReviewFailure(state: IssueState, failure: Failure): IssueState {
  if (state.implementation.state !== 'reviewing') return withReview(state, { failure });
  return withReview(moveImplementation(state, 'review_failed'), { failure });
}
