import type { Change, ChangeConcern, ValidationReport } from '../change.ts';
import type { Failure } from '../errors.ts';
import { withImplementation, type IssueState } from '../issue-state.ts';
import type { PullRequest } from '../issue.ts';
import { moveImplementation } from '../lifecycle.ts';
import type { IssuePolicy, PublishTarget } from '../policy.ts';

/** How far this implementation is to go by itself. */
export function publishTarget(state: IssueState, policy: IssuePolicy): PublishTarget {
  return state.implementation.request?.publish ?? policy.implement.publish;
}

/** Fixes what an attempt stands on, once, when its first step begins. */
export function beginImplementation(state: IssueState): IssueState {
  const branch = state.observed?.repository.defaultBranch;
  if (state.implementation.baseOid !== null || !branch) return state;
  return withImplementation(state, { baseOid: branch.oid, baseRefName: branch.name });
}

/** The agent finished a round and left a change. */
export function applyChange(state: IssueState, change: Change): IssueState {
  const kept = withImplementation(state, { change, checkpoint: null, validation: null });
  if (state.implementation.state !== 'generating') return kept;
  return withImplementation(kept, { stage: 'validate', round: state.implementation.round + 1 });
}

export function applyImplementationFailure(state: IssueState, failure: Failure): IssueState {
  const { state: stands } = state.implementation;
  if (stands !== 'generating' && stands !== 'needs_clarification')
    return withImplementation(state, { publishWish: null, stage: null, failure });
  return moveImplementation(state, 'failed', { stage: null, publishWish: null, failure });
}

/** A failed validation goes back to the agent while rounds are left; then the implementation has failed. */
export function applyValidation(
  state: IssueState,
  report: ValidationReport,
  policy: IssuePolicy,
  now: string,
): IssueState {
  const { implementation } = state;
  if (implementation.state !== 'generating' || implementation.change?.headOid !== report.headOid) return state;
  // Validation may have taken an hour: the issue is read again before anything leaves.
  if (report.ok) return withImplementation({ ...state, syncDue: true }, { validation: report, stage: 'publish' });
  const failures = implementation.validationFailures + 1;
  const noted = withImplementation(state, { validation: report, validationFailures: failures });
  if (failures <= policy.implement.validationRounds) {
    return withImplementation(noted, { stage: 'run', reason: 'validation' });
  }
  const last = report.steps.at(-1);
  return applyImplementationFailure(noted, {
    name: 'ValidationFailed',
    message: `\`${last?.command ?? 'validation'}\` still fails after ${implementation.validationFailures} attempts to mend it`,
    at: now,
  });
}

/** What checking and publishing the change came to. */
export interface Publication {
  readonly concerns: readonly ChangeConcern[];
  /** Null where it was not pushed: not wanted, or not without a person's word. */
  readonly published: { readonly branch: string; readonly headOid: string } | null;
}

/** Checked, and pushed where that was wanted and allowed. */
export function applyPublication(state: IssueState, result: Publication, target: PublishTarget): IssueState {
  const published = result.published ?? state.implementation.published;
  const kept = withImplementation(state, { concerns: result.concerns, published });
  if (result.published && (target === 'pull_request' || state.implementation.publishWish)) {
    return withImplementation(kept, { stage: 'open' });
  }
  if (state.implementation.state !== 'generating') return withImplementation(kept, { stage: null, publishWish: null });
  return afterImplementation(moveImplementation(kept, 'awaiting_review', { stage: null }));
}

/** The pull request is open, whoever asked for it and whatever was cancelled meanwhile. */
export function applyPullRequestOpened(state: IssueState, pullRequest: PullRequest): IssueState {
  const opened = withImplementation(state, {
    pullRequest,
    publishWish: null,
    stage: null,
    checkpoint: null,
    failure: null,
  });
  const from = state.implementation.state;
  const moved =
    from === 'none' || from === 'failed' || from === 'pr_closed'
      ? withImplementation(opened, { state: 'pr_opened' })
      : moveImplementation(opened, 'pr_opened');
  return from === 'generating' ? afterImplementation(moved) : moved;
}

/** After rework that a review asked for, the review goes on. */
function afterImplementation(state: IssueState): IssueState {
  if (!state.review.returns || state.implementation.concerns.length > 0) return state;
  const reviewing = moveImplementation(state, 'reviewing');
  return { ...reviewing, review: { ...state.review, returns: false, attempt: state.review.attempt + 1 } };
}

/**
 * The branch holds commits that are not ours, or the change may not leave: the automation stops, the work stays, and a
 * person is asked.
 */
export function applyMovedBranch(state: IssueState, failure: Failure): IssueState {
  const stopped = { stage: null, publishWish: null, failure } as const;
  if (state.implementation.state !== 'generating') return withImplementation(state, stopped);
  return moveImplementation(state, 'awaiting_review', stopped);
}
