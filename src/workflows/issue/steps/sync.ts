import { withAudit, withImplementation, type IssueState } from '../../../domain/issue-state.ts';
import { withIssueUnread } from '../../../domain/cycle/request.ts';
import type { Failure } from '../../../domain/errors.ts';
import { formatIssue } from '../../../domain/issue.ts';
import { withMemory } from '../../../domain/record.ts';
import { applyImplementationFailure } from '../../../domain/progress/implementation.ts';
import { applyPlanFailure } from '../../../domain/progress/plan.ts';
import { applyReviewFailure } from '../../../domain/progress/review.ts';
import { applyIssueMissing, applySync } from '../../../domain/progress/sync.ts';
import { mainActivity } from '../../activities.ts';
import { failureOf, isNotFound } from '../../failures.ts';
import type { IssueRun } from '../issue-run.ts';

/**
 * Reads the issue and the policy and takes them in.
 *
 * @throws ActivityFailure if GitHub or the configuration could not be read; the state is as before
 */
export async function readIssue(run: IssueRun): Promise<void> {
  const { comments, issue, observed: before, policy: allowed } = run.state;
  const [memory, { observed, commands }, policy] = await Promise.all([
    before ? null : mainActivity('recallIssue', `Recall ${formatIssue(issue)}`)(issue),
    mainActivity(
      'syncIssue',
      `Read ${formatIssue(issue)}`,
    )({
      issue,
      comments: allowed?.approval.commentCommands === false ? null : comments,
    }),
    mainActivity('loadPolicy', 'Read the configuration')({ name: issue.repository, id: issue.repositoryId }),
  ]);
  run.change((state) =>
    applySync(memory && !state.observed ? withMemory(state, memory) : state, { observed, commands, policy }),
  );
}

/** The sync before a phase: where it fails, the phase has failed. */
export async function syncBeforePhase(run: IssueRun, sync: () => Promise<void>): Promise<void> {
  try {
    await sync();
  } catch (error) {
    const missing = isNotFound(error) && run.state.observed === null;
    const failure = failureOf(error, run.now());
    run.change((state) => (missing ? applyIssueMissing(state) : applySyncFailure(state, failure)));
  }
}

function applySyncFailure(state: IssueState, failure: Failure): IssueState {
  const noted = withIssueUnread(
    withAudit(
      { ...state, syncDue: false },
      { at: failure.at, action: 'sync', by: 'gh-worker', door: 'sync', detail: `failed: ${failure.message}` },
    ),
    failure,
  );
  if (noted.plan.state === 'generating') return applyPlanFailure(noted, failure);
  if (noted.implementation.state === 'generating') return applyImplementationFailure(noted, failure);
  if (noted.implementation.state === 'reviewing') return applyReviewFailure(noted, failure);
  return noted.implementation.publishWish
    ? withImplementation(noted, { publishWish: null, stage: null, failure })
    : noted;
}
