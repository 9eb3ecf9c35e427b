import { digestText } from './digest.ts';
import type { IssueMemory, IssueRecord, Numbered, RecordedProgress } from './issue-record.ts';
import { nothingRecorded, type IssueState, type Recorded } from './issue-state.ts';
import type { ListedIssue } from './issue.ts';
import { currentPlan } from './plan.ts';
import { summarize } from './summary.ts';

/** What the ledger has not been told yet, and what the state remembers once it has. */
export interface PendingRecord {
  readonly record: Omit<IssueRecord, 'workflowId' | 'execution' | 'at'>;
  readonly told: Recorded;
}

/** What is new since the last record; null if nothing is, or nobody has seen the issue yet. */
export function pendingRecord(state: IssueState): PendingRecord | null {
  const { counts, observed, recorded } = state;
  if (!observed) return null;
  const progress = progressOf(state);
  const listed = listedOf(observed);
  // What runs next is told by what is done; it alone is no news.
  const key = digestText(JSON.stringify([{ ...progress, step: null }, listed]));
  const newestPlan = currentPlan(state.plan)?.version ?? 0;
  const told: Recorded = { audit: counts.audit, runs: counts.runs, plans: newestPlan, key };
  if (key === recorded.key && told.audit === recorded.audit && told.runs === recorded.runs) return null;
  return {
    told,
    record: {
      issue: state.issue,
      listed,
      progress,
      toldBefore: recorded.audit,
      plans: state.plan.versions.filter(({ version }) => version > recorded.plans),
      runs: newOnes(state.runs, counts.runs, recorded.runs),
      audit: newOnes(state.audit, counts.audit, recorded.audit),
    },
  };
}

/** The ledger has lost what it was told, or may not have heard of it: all that is still here is to be told again. */
export function withNothingRecorded(state: IssueState): IssueState {
  return { ...state, recorded: nothingRecorded };
}

/** The state of a new workflow whose issue had one before: it goes on with plan, approval, session and cost. */
export function withMemory(state: IssueState, { progress, plans }: IssueMemory): IssueState {
  const newest = plans.at(-1);
  // What people added to its budget stays added; an older record does not say.
  const purse = {
    ...state.purse,
    raisedUsd: state.purse.raisedUsd + ((progress.raisedUsd as number | undefined) ?? 0),
  };
  if (!newest) return { ...state, purse, costUsd: progress.costUsd, usage: progress.usage };
  const approved = progress.plan.state === 'approved' && progress.approval?.digest === newest.digest;
  const rested = progress.plan.state === 'rejected' ? 'rejected' : 'awaiting_review';
  return {
    ...state,
    purse,
    costUsd: progress.costUsd,
    usage: progress.usage,
    session: progress.session,
    plan: {
      ...state.plan,
      // A plan that was asked for with the new workflow's first message is being written all the same.
      ...(state.plan.state === 'none'
        ? approved
          ? { state: 'approved', approval: progress.approval }
          : { state: rested }
        : {}),
      versions: plans,
    },
    recorded: { ...state.recorded, plans: newest.version },
  };
}

function progressOf(state: IssueState): RecordedProgress {
  const { runs: _runs, ...summary } = summarize(state);
  return {
    ...summary,
    approval: state.plan.approval,
    session: state.session,
    snapshot: state.observed?.snapshot ?? null,
  };
}

function listedOf(issue: ListedIssue): ListedIssue {
  const { id, number, title, url, state, author, labels, assignees, milestone, createdAt, updatedAt, closedAt } = issue;
  return { id, number, title, url, state, author, labels, assignees, milestone, createdAt, updatedAt, closedAt };
}

/** Those after the `told`-th, as far as they are still there. */
function newOnes<Thing>(kept: readonly Thing[], count: number, told: number): Numbered<Thing>[] {
  const first = count - kept.length;
  return kept
    .map((thing, index) => ({ ...thing, sequence: first + index + 1 }))
    .filter(({ sequence }) => sequence > told);
}
