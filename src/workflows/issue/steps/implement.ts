import type { Assignment, RunAgentInput } from '../../../activities/agent/types.ts';
import type { IssueState } from '../../../domain/issue-state.ts';
import { hasOpenPullRequest, type WorkCommit } from '../../../domain/implementation.ts';
import { formatIssue } from '../../../domain/issue.ts';
import { workSoFar } from '../../../domain/lifecycle.ts';
import { currentPlan } from '../../../domain/plan.ts';
import {
  applyChange,
  applyImplementationFailure,
  beginImplementation,
} from '../../../domain/progress/implementation.ts';
import { applyDeclinedReview } from '../../../domain/progress/review.ts';
import { agentActivity, longestRunMs } from '../../activities.ts';
import type { IssueRun } from '../issue-run.ts';
import { applyQuestion } from '../../../domain/progress/question.ts';
import {
  agentFor,
  agentRunInput,
  failRun,
  isBegun,
  messagesOf,
  runAndBook,
  slotPriority,
  stopAtLimit,
} from './agent.ts';

function assignmentOf(state: IssueState): Assignment {
  const { reason, validation } = state.implementation;
  const plan = currentPlan(state.plan)?.text ?? '';
  if (reason === 'validation' && validation) return { kind: 'fix_validation', plan, validation };
  const review = state.review.last?.report;
  if (reason === 'review' && review) return { kind: 'address_review', plan, review };
  return { kind: 'implement', plan };
}

/** While our pull request is open, new commits stand on the head that it shows. */
function parentOf(state: IssueState): WorkCommit | null {
  const { implementation } = state;
  const { change, published } = implementation;
  if (!hasOpenPullRequest(implementation) || !change || !published) return null;
  return { oid: published.headOid, bundle: change.bundle };
}

/** Has the approved plan implemented, or the work so far gone on with or mended. */
export async function implement(run: IssueRun, key: string): Promise<void> {
  run.change(beginImplementation);
  const { state } = run;
  const { baseOid } = state.implementation;
  if (!baseOid) {
    const message = `${formatIssue(state.issue)}: the repository has no commits yet, so there is nothing to build on.`;
    run.change((current) => applyImplementationFailure(current, { name: 'GitHubRejected', message, at: run.now() }));
    return;
  }
  const choice = agentFor(state, { key, phase: 'implement', request: state.implementation.request });
  const execute = agentActivity('runAgent', {
    type: state.taskType,
    priority: slotPriority(state),
    longestMs: longestRunMs(choice.limits),
    summary: `${choice.agent} implements ${formatIssue(state.issue)}`,
  });
  const { messages, said } = messagesOf(state);
  const input: RunAgentInput = {
    ...agentRunInput(state, { key, choice, session: state.session, baseOid }),
    parent: parentOf(state),
    work: workSoFar(state.implementation),
    assignment: assignmentOf(state),
    messages,
    said,
    continues: state.implementation.checkpoint !== null || isBegun(state, key),
    committedAt: run.now(),
  };
  const { result, limit, failure } = await runAndBook(run, { key, messages }, () => execute(input));
  if (limit) return stopAtLimit(run, { track: 'implementation', reached: limit, before: state });
  if (failure) return failRun(run, { key, choice, failure, fail: applyImplementationFailure });
  const { change, lastWords, question } = result;
  if (question) return run.change((current) => applyQuestion(current, 'implementation', question, run.now()));
  const leftAsItIs = change === null || change.treeOid === state.implementation.change?.treeOid;
  if (input.assignment.kind === 'address_review' && leftAsItIs) {
    return run.change((current) => applyDeclinedReview(current, lastWords, run.now()));
  }
  if (change) run.change((current) => applyChange(current, change));
}
