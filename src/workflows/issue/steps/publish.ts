import { isCancellation } from '@temporalio/workflow';
import { issueBranch } from '../../../domain/implementation.ts';
import { withAudit, withPlan, withReview } from '../../../domain/issue-state.ts';
import { formatIssue } from '../../../domain/issue.ts';
import { currentPlan, planCommentKey } from '../../../domain/plan.ts';
import {
  applyImplementationFailure,
  applyPublication,
  applyPullRequestOpened,
  publishTarget,
} from '../../../domain/progress/implementation.ts';
import { applyMovedBranch } from '../../../domain/progress/implementation.ts';
import { mainActivity } from '../../activities.ts';
import { failureOf } from '../../failures.ts';
import type { IssueRun } from '../issue-run.ts';
import { known } from './agent.ts';

/** Shows the plan on GitHub. Failing to is told in the audit and tried again when the plan changes. */
export async function publishPlan(run: IssueRun): Promise<void> {
  const { state } = run;
  const { observed } = known(state);
  const plan = currentPlan(state.plan);
  const key = planCommentKey(state.plan);
  if (!plan || key === null) return;
  const publish = mainActivity('publishPlan', `Post the plan of ${formatIssue(state.issue)}`);
  try {
    const comment = await publish({
      issue: state.issue,
      issueId: observed.id,
      plan,
      state: state.plan.state,
      approval: state.plan.approval,
    });
    run.change((current) => ({
      ...withPlan(current, { comment: { ...comment, key } }),
      comments: { ...current.comments, since: current.comments.since ?? comment.at },
    }));
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { message } = failureOf(error, run.now());
    run.change((current) =>
      withAudit(withPlan(current, { comment: { id: null, url: null, at: null, ...current.plan.comment, key } }), {
        at: run.now(),
        action: 'publishPlan',
        by: 'gh-worker',
        door: 'activity',
        detail: `failed: ${message}`,
      }),
    );
  }
}

/** Checks the change and, where it is to leave, pushes it. */
export async function publishChange(run: IssueRun): Promise<void> {
  const { state } = run;
  const { policy } = known(state);
  const { change, publishWish, published } = state.implementation;
  if (!change) throw new Error('Publication without a change');
  const target = publishWish ? 'pull_request' : publishTarget(state, policy);
  const publish = mainActivity('publishChange', `Check and publish ${change.headOid.slice(0, 12)}`);
  try {
    const result = await publish({
      issue: state.issue,
      change,
      branch: published?.branch ?? issueBranch(state.issue.number),
      expectedOid: published?.headOid ?? null,
      push: target !== 'none',
      approved: publishWish !== null,
    });
    run.change((current) => applyPublication(current, result, target));
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failure = failureOf(error, run.now());
    run.change((current) =>
      failure.name === 'BranchMoved' || failure.name === 'ChangeRefused'
        ? applyMovedBranch(current, failure)
        : applyImplementationFailure(current, failure),
    );
  }
}

/** Opens the pull request, or finds the one that an earlier try opened. */
export async function openPullRequest(run: IssueRun): Promise<void> {
  const { state } = run;
  const { observed, policy } = known(state);
  const { implementation } = state;
  const { change, publishWish, published } = implementation;
  if (!change || !published) throw new Error('Pull request without a published change');
  const open = mainActivity('openPullRequest', `Open the pull request of ${formatIssue(state.issue)}`);
  try {
    const pullRequest = await open({
      issue: state.issue,
      repository: observed.repository,
      issueTitle: observed.title,
      branch: published.branch,
      headOid: change.headOid,
      baseRefName: implementation.baseRefName ?? observed.repository.defaultBranch?.name ?? '',
      draft: publishWish?.draft ?? policy.implement.draft,
      plan: currentPlan(state.plan) ?? null,
      planUrl: state.plan.comment?.url ?? null,
      approvedBy: state.plan.approval?.by ?? null,
      validation: implementation.validation,
      agent: state.session?.agent ?? null,
      costUsd: state.costUsd,
    });
    run.change((current) => applyPullRequestOpened(current, pullRequest));
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.change((current) => applyImplementationFailure(current, failureOf(error, run.now())));
  }
}

/** Shows the verdict on the pull request. */
export async function publishReview(run: IssueRun): Promise<void> {
  const { state } = run;
  const { pullRequest } = state.implementation;
  const review = state.review.last;
  if (!pullRequest || !review) return;
  const publish = mainActivity('publishReview', `Post the review of pull request #${pullRequest.number}`);
  try {
    const { id } = await publish({ issue: state.issue, pullRequest, review });
    run.change((current) => withReview(current, { comment: { id, headOid: review.headOid } }));
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { message } = failureOf(error, run.now());
    run.change((current) =>
      withAudit(withReview(current, { comment: { id: null, headOid: review.headOid } }), {
        at: run.now(),
        action: 'publishReview',
        by: 'gh-worker',
        door: 'activity',
        detail: `failed: ${message}`,
      }),
    );
  }
}
