import { statusId } from '../../domain/pull-request/observed.ts';
import type { CheckCounts, ObservedCheck, ObservedPullRequest } from '../../domain/pull-request/observed.ts';
import type { CheckConclusion, CheckStatus, RollupState } from '../../domain/pull-request/states.ts';
import type { ContextAnswer, CountsAnswer, PullRequestAnswer, StatusStateAnswer } from '../operations/discovery.ts';

/** A pull request without its checks. @param at - ISO 8601: when the request was sent */
export function toObserved(answer: PullRequestAnswer, at: string): ObservedPullRequest {
  return {
    id: answer.id,
    number: answer.number,
    url: answer.url,
    title: answer.title,
    state: lower(answer.state),
    isDraft: answer.isDraft,
    headRefName: answer.headRefName,
    headOid: answer.headRefOid,
    baseRefName: answer.baseRefName,
    headRepository: answer.headRepository?.nameWithOwner ?? null,
    viewerDidAuthor: answer.viewerDidAuthor,
    repositoryId: answer.repository.id,
    author: answer.author?.login ?? 'ghost',
    labels: (answer.labels?.nodes ?? []).flatMap((label) => label?.name ?? []),
    mergeable: lower(answer.mergeable),
    createdAt: answer.createdAt,
    updatedAt: answer.updatedAt,
    mergedAt: answer.mergedAt,
    closedAt: answer.closedAt,
    observedAt: at,
    checks: null,
  };
}

export function toRollup(state: StatusStateAnswer): RollupState {
  return lower(state);
}

export function toCheck(headOid: string, answer: ContextAnswer): ObservedCheck {
  if (!('context' in answer)) {
    return {
      kind: 'check_run',
      externalId: answer.id,
      name: answer.name,
      app: answer.checkSuite.app?.slug ?? null,
      workflow: workflowOf(answer.checkSuite),
      status: lower(answer.status),
      conclusion: answer.conclusion === null ? null : lower(answer.conclusion),
      startedAt: answer.startedAt,
      completedAt: answer.completedAt,
      detailsUrl: answer.detailsUrl,
    };
  }
  const { status, conclusion } = outcomes[answer.state];
  return {
    kind: 'status_context',
    externalId: statusId(headOid, answer.context),
    name: answer.context,
    app: null,
    workflow: null,
    ...{ status, conclusion },
    startedAt: answer.createdAt,
    completedAt: status === 'completed' ? answer.createdAt : null,
    detailsUrl: answer.targetUrl,
  };
}

/** Two workflows, or one for two events, may have checks of one name. */
function workflowOf({ workflowRun }: Extract<ContextAnswer, { checkSuite: unknown }>['checkSuite']): string | null {
  return workflowRun && `${workflowRun.workflow.name} (${workflowRun.event})`;
}

const outcomes = {
  EXPECTED: { status: 'pending', conclusion: null },
  PENDING: { status: 'pending', conclusion: null },
  SUCCESS: { status: 'completed', conclusion: 'success' },
  FAILURE: { status: 'completed', conclusion: 'failure' },
  ERROR: { status: 'completed', conclusion: 'error' },
} as const satisfies Record<
  StatusStateAnswer,
  { readonly status: CheckStatus; readonly conclusion: CheckConclusion | null }
>;

/** Check runs that end in one of these have passed; a completed one without a conclusion has not failed either. */
const passed: ReadonlySet<string> = new Set(['SUCCESS', 'NEUTRAL', 'SKIPPED', 'COMPLETED']);
const pending: ReadonlySet<string> = new Set(['EXPECTED', 'IN_PROGRESS', 'PENDING', 'QUEUED', 'WAITING']);

/** GitHub's own numbers, which count every check however many were listed. */
export function toCounts({ checkRunCountsByState, statusContextCountsByState, totalCount }: CountsAnswer): CheckCounts {
  const all = [...(checkRunCountsByState ?? []), ...(statusContextCountsByState ?? [])];
  const sum = (wanted: (state: string) => boolean): number =>
    all.reduce((total, { state, count }) => (wanted(state) ? total + count : total), 0);
  return {
    total: totalCount,
    pending: sum((state) => pending.has(state)),
    passed: sum((state) => passed.has(state)),
    failed: sum((state) => !pending.has(state) && !passed.has(state)),
  };
}

export const noCounts: CheckCounts = { total: 0, pending: 0, passed: 0, failed: 0 };

function lower<Word extends string>(word: Word): Lowercase<Word> {
  return word.toLowerCase() as Lowercase<Word>;
}
