import { formatIssue } from '../../../domain/issue.ts';
import { currentPlan } from '../../../domain/plan.ts';
import { applyNothingToReview, applyReview, applyReviewFailure } from '../../../domain/progress/review.ts';
import { agentActivity, longestRunMs } from '../../activities.ts';
import type { IssueRun } from '../issue-run.ts';
import { agentFor, agentRunInput, failRun, known, runAndBook, slotPriority, stopAtLimit } from './agent.ts';

/** Has the change reviewed by an agent that did not write it. */
export async function review(run: IssueRun, key: string): Promise<void> {
  const { state } = run;
  const { observed, policy } = known(state);
  const { change, pullRequest, baseOid } = state.implementation;
  const headOid = change?.headOid ?? (pullRequest?.state === 'open' ? pullRequest.headOid : undefined);
  const base = baseOid ?? observed.repository.defaultBranch?.oid;
  if (!headOid || !base) {
    const message = `${formatIssue(state.issue)}: there is no change and no open pull request to review.`;
    run.change((current) => applyNothingToReview(current, { name: 'NotApplicable', message, at: run.now() }));
    return;
  }
  const choice = agentFor(state, { key, phase: 'review', request: state.review.request });
  const execute = agentActivity('reviewChange', {
    type: state.taskType,
    priority: slotPriority(state),
    longestMs: longestRunMs(choice.limits),
    summary: `${choice.agent} reviews ${formatIssue(state.issue)} at ${headOid.slice(0, 12)}`,
  });
  const { result, limit, failure } = await runAndBook(run, { key }, () =>
    execute({
      ...agentRunInput(state, { key, choice, session: null, baseOid: base }),
      headOid,
      work: change ? { oid: change.headOid, bundle: change.bundle } : null,
      plan: currentPlan(state.plan)?.text ?? null,
    }),
  );
  if (limit) return stopAtLimit(run, { track: 'review', reached: limit, before: state });
  if (failure) return failRun(run, { key, choice, failure, fail: applyReviewFailure });
  run.change((current) =>
    applyReview(current, { headOid, report: result.report, agent: choice.agent, at: run.now() }, policy),
  );
}
