import type { Failure } from '../errors.ts';
import { hasOpenPullRequest } from '../implementation.ts';
import { withReview, type IssueState } from '../issue-state.ts';
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

/** A reviewer that crashed is not a review. */
export function applyReviewFailure(state: IssueState, failure: Failure): IssueState {
  if (state.implementation.state !== 'reviewing') return withReview(state, { failure });
  return withReview(moveImplementation(state, 'review_failed'), { failure });
}
