import { currentPlan, planStateNames, type PlanState } from './plan.ts';
import { implementationStateNames, type ImplementationState } from './implementation.ts';
import type { IssueState, RunRecord } from './issue-state.ts';
import { isPlanStale, isReviewOfHead, phaseOf, waitsFor, type Phase, type WaitsFor } from './lifecycle.ts';
import { nextStep } from './next-step.ts';
import type { ReviewReport, TokenUsage } from './agent-run.ts';
import type { ChangeConcern, ChangedFile, ValidationReport } from './change.ts';
import type { Failure } from './errors.ts';
import { openQuestion } from './conversation.ts';
import type { IssueOutcome } from './issue-state.ts';
import type { Stop } from './limit.ts';
import type { Question } from './question.ts';

/** What the `state` query answers and every command returns: all that a person needs, none of the long texts. */
export interface IssueSummary {
  readonly repository: string;
  readonly number: number;
  readonly title: string | null;
  readonly url: string | null;
  readonly phase: Phase;
  readonly waitsFor: WaitsFor;
  readonly paused: boolean;
  /** What an agent asks; null while it asks nothing. */
  readonly question: Omit<Question, 'resolution'> | null;
  /** What the agent's work stopped at; null while it did not. */
  readonly stop: Stop | null;
  /** What people said that no agent has been told yet. */
  readonly messages: number;
  /** US dollars that people added to the issue's budget. */
  readonly raisedUsd: number;
  readonly outcome: IssueOutcome | null;
  /** The step that runs now, or would run next; null at rest. */
  readonly step: string | null;
  readonly plan: {
    readonly state: PlanState;
    readonly shownAs: string;
    readonly version: number | null;
    readonly digest: string | null;
    readonly stale: boolean;
    readonly approvedBy: string | null;
    readonly author: string | null;
    readonly commentUrl: string | null;
    readonly failure: Failure | null;
  };
  readonly implementation: {
    readonly state: ImplementationState;
    readonly shownAs: string;
    readonly attempt: number;
    readonly round: number;
    readonly branch: string | null;
    readonly baseRefName: string | null;
    readonly headSha: string | null;
    readonly filesChanged: number;
    readonly additions: number;
    readonly deletions: number;
    readonly files: readonly ChangedFile[];
    readonly validation: ValidationReport | null;
    readonly concerns: readonly ChangeConcern[];
    readonly pullRequest: {
      readonly number: number;
      readonly url: string;
      readonly state: string;
      readonly isDraft: boolean;
    } | null;
    /** True while a person's word to publish it is being carried out. */
    readonly publishing: boolean;
    readonly failure: Failure | null;
  };
  readonly review: {
    readonly headSha: string | null;
    /** True if that is the change as it is. */
    readonly isCurrent: boolean;
    readonly report: ReviewReport | null;
    readonly failure: Failure | null;
  };
  readonly sessionId: string | null;
  readonly agent: string | null;
  readonly costUsd: number;
  readonly usage: TokenUsage;
  /** Every run of an agent, oldest first, with the digest of its transcript. */
  readonly runs: readonly RunRecord[];
}

function questionOf({ conversation }: IssueState): IssueSummary['question'] {
  const question = openQuestion(conversation);
  if (!question) return null;
  const { resolution: _resolution, ...asked } = question;
  return asked;
}

/** Summarises an issue's state for people and scripts. */
export function summarize(state: IssueState): IssueSummary {
  const { plan, implementation, review } = state;
  const version = currentPlan(plan);
  const { change, pullRequest } = implementation;
  return {
    repository: state.issue.repository,
    number: state.issue.number,
    title: state.observed?.title ?? null,
    url: state.observed?.url ?? null,
    phase: phaseOf(state),
    waitsFor: waitsFor(state),
    paused: state.paused !== null,
    question: questionOf(state),
    stop: state.stop,
    messages: state.conversation.waiting.length,
    raisedUsd: state.purse.raisedUsd,
    outcome: state.outcome,
    step: nextStep(state)?.kind ?? null,
    plan: {
      state: plan.state,
      shownAs: planStateNames[plan.state],
      version: version?.version ?? null,
      digest: version?.digest ?? null,
      stale: isPlanStale(state),
      approvedBy: plan.approval?.by ?? null,
      author: version?.author ?? null,
      commentUrl: plan.comment?.url ?? null,
      failure: plan.failure,
    },
    implementation: {
      state: implementation.state,
      shownAs: implementationStateNames[implementation.state],
      attempt: implementation.attempt,
      round: implementation.round,
      branch: implementation.published?.branch ?? null,
      baseRefName: implementation.baseRefName,
      headSha: change?.headOid ?? null,
      filesChanged: change?.filesChanged ?? 0,
      additions: change?.additions ?? 0,
      deletions: change?.deletions ?? 0,
      files: change?.files ?? [],
      validation: implementation.validation,
      concerns: implementation.concerns,
      pullRequest: pullRequest && {
        number: pullRequest.number,
        url: pullRequest.url,
        state: pullRequest.state,
        isDraft: pullRequest.isDraft,
      },
      publishing: implementation.publishWish !== null,
      failure: implementation.failure,
    },
    review: {
      headSha: review.last?.headOid ?? null,
      isCurrent: isReviewOfHead(state),
      report: review.last?.report ?? null,
      failure: review.failure,
    },
    sessionId: state.session?.id ?? null,
    agent: state.session?.agent ?? null,
    costUsd: state.costUsd,
    usage: state.usage,
    runs: state.runs,
  };
}
