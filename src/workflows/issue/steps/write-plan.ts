import type { Assignment } from '../../../activities/agent/types.ts';
import { formatIssue } from '../../../domain/issue.ts';
import { currentPlan, type PlanTrack } from '../../../domain/plan.ts';
import { applyPlan, applyPlanFailure } from '../../../domain/progress/plan.ts';
import { agentActivity, longestRunMs } from '../../activities.ts';
import type { IssueRun } from '../issue-run.ts';
import { applyQuestion } from '../../../domain/progress/question.ts';
import {
  agentFor,
  agentRunInput,
  failRun,
  isBegun,
  known,
  messagesOf,
  runAndBook,
  slotPriority,
  stopAtLimit,
} from './agent.ts';

function assignmentOf(plan: PlanTrack): Assignment {
  const { request } = plan;
  const text = currentPlan(plan)?.text;
  if (request?.kind === 'revise' && text) return { kind: 'revise_plan', plan: text, feedback: request.text ?? '' };
  return { kind: 'plan', guidance: request?.text ?? null };
}

/** Has the plan written, or rewritten, by the agent. */
export async function writePlan(run: IssueRun, key: string): Promise<void> {
  const { state } = run;
  const { observed } = known(state);
  const branch = observed.repository.defaultBranch;
  if (!branch) {
    const message = `${formatIssue(state.issue)}: the repository has no commits yet, so there is nothing to plan on.`;
    run.change((current) => applyPlanFailure(current, { name: 'GitHubRejected', message, at: run.now() }));
    return;
  }
  const choice = agentFor(state, { key, phase: 'plan', request: state.plan.request });
  const input = agentRunInput(state, { key, choice, session: state.session, baseOid: branch.oid });
  const execute = agentActivity('runAgent', {
    type: state.taskType,
    priority: slotPriority(state),
    longestMs: longestRunMs(choice.limits),
    summary: `${choice.agent} plans ${formatIssue(state.issue)}`,
  });
  const { messages, said } = messagesOf(state);
  const { result, limit, failure } = await runAndBook(run, { key, messages }, () =>
    execute({
      ...input,
      parent: null,
      work: null,
      assignment: assignmentOf(state.plan),
      messages,
      said,
      continues: isBegun(state, key),
      committedAt: run.now(),
    }),
  );
  if (limit) return stopAtLimit(run, { track: 'plan', reached: limit, before: state });
  if (failure) return failRun(run, { key, choice, failure, fail: applyPlanFailure });
  const { plan, question } = result;
  if (question) return run.change((current) => applyQuestion(current, 'plan', question, run.now()));
  if (plan) run.change((current) => applyPlan(current, plan, run.now()));
}
