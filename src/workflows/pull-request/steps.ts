import { isCancellation } from '@temporalio/workflow';
import { formatPullRequest } from '../../domain/pull-request/identity.ts';
import { applyNotice, applyUnknown, withEventDelivered, withIssueTold } from '../../domain/pull-request/progress.ts';
import type { PullRequestStep } from '../../domain/pull-request/step.ts';
import { failureOf } from '../failures.ts';
import { pullRequestActivity } from './activities.ts';
import type { PullRequestRun } from './pull-request-run.ts';

/** Does one step. What fails is given up and told: nothing about a pull request waits for ever on somebody else. */
export async function performPullRequestStep(run: PullRequestRun, step: PullRequestStep): Promise<void> {
  switch (step.kind) {
    case 'tell_issue':
      return tellIssue(run, step);
    case 'deliver_event':
      return deliverEvent(run, step.event);
  }
}

async function tellIssue(
  run: PullRequestRun,
  { change, number }: Extract<PullRequestStep, { kind: 'tell_issue' }>,
): Promise<void> {
  const { repository, repositoryId } = run.life.pullRequest;
  const told = (detail: string): void => run.change((life) => withIssueTold(life, change, { at: run.now(), detail }));
  try {
    const { isThere } = await pullRequestActivity(
      'tellIssue',
      `Have issue #${number} look at its pull request`,
    )({
      repository,
      repositoryId,
      number,
    });
    told(isThere ? `#${number}` : `#${number} has no workflow`);
  } catch (error) {
    if (isCancellation(error)) throw error;
    told(`#${number} was not told: ${failureOf(error, run.now()).message}`);
  }
}

async function deliverEvent(
  run: PullRequestRun,
  event: Extract<PullRequestStep, { kind: 'deliver_event' }>['event'],
): Promise<void> {
  const delivered = (detail: string): void =>
    run.change((life) => withEventDelivered(life, event.id, { at: run.now(), detail }));
  try {
    await pullRequestActivity('deliverEvent', `Tell of ${event.kind}: ${event.check?.name ?? event.change}`)(event);
    delivered('');
  } catch (error) {
    if (isCancellation(error)) throw error;
    delivered(`${event.kind} was not delivered: ${failureOf(error, run.now()).message}`.slice(0, 300));
  }
}

/** Asks the ledger how the pull request stands, in case nobody could tell. */
export async function recall(run: PullRequestRun): Promise<void> {
  const name = formatPullRequest(run.life.pullRequest);
  try {
    const notice = await pullRequestActivity('recallPullRequest', `Recall ${name}`)(run.life.pullRequest);
    run.change((life) => (notice === null ? applyUnknown(life) : applyNotice(life, notice)));
  } catch (error) {
    // The next look may be luckier.
    if (isCancellation(error)) throw error;
  }
}
