import { and, eq, isNull, lte, or } from 'drizzle-orm';
import type { Failure } from '../domain/errors.ts';
import type { IssueRecord, RecordedProgress } from '../domain/issue-record.ts';
import { formatIssue } from '../domain/issue.ts';
import { holdsAudit, storeAudit } from './audit.ts';
import type { Statements } from './database.ts';
import { storeIssues } from './issue-listing.ts';
import { storePlans } from './plans.ts';
import { ensureRepository, registeredName } from './repository-rows.ts';
import { storeRuns, tellOutcome } from './runs.ts';
import { issues, type IssueKey } from './tables.ts';

/**
 * Stores what a workflow tells. An older record than the newest adds what is missing and changes no state.
 *
 * @returns false if what the workflow told before is not here
 */
export async function recordIssue(tx: Statements, record: IssueRecord): Promise<boolean> {
  const key = { repositoryId: await ensureRepository(tx, record.issue), number: record.issue.number };
  await storeIssues(tx, key.repositoryId, [record.listed]);
  const isNewest = await storeProgress(tx, key, record);
  await storePlans(tx, key, record.plans);
  await storeRuns(tx, key, record);
  if (isNewest) await tellOutcome(tx, record);
  const name = await registeredName(tx, key.repositoryId);
  await storeAudit(
    tx,
    record.audit.map(({ sequence, ...entry }) => ({
      key: auditKey(record, sequence),
      entry: { ...entry, entityType: 'issue', entityId: formatIssue({ repository: name, number: key.number }) },
    })),
  );
  return record.toldBefore === 0 || (await holdsAudit(tx, auditKey(record, record.toldBefore)));
}

/** In the order in which things happened. */
function auditKey({ execution }: IssueRecord, sequence: number): string {
  return `${execution}/${String(sequence).padStart(6, '0')}`;
}

async function storeProgress(tx: Statements, key: IssueKey, record: IssueRecord): Promise<boolean> {
  const { progress, workflowId, at } = record;
  const told = await tx
    .update(issues)
    .set({
      progress,
      workflowId,
      progressAt: at,
      phase: progress.phase,
      planState: progress.plan.state,
      implementationState: progress.implementation.state,
      waitsFor: progress.waitsFor,
      paused: progress.paused,
      reviewed: progress.review.isCurrent,
      outcome: progress.outcome,
      pullRequest: progress.implementation.pullRequest?.number ?? null,
      agent: progress.agent,
      costUsd: progress.costUsd,
      failure: newestFailure(progress)?.message ?? null,
    })
    .where(
      and(
        eq(issues.repositoryId, key.repositoryId),
        eq(issues.number, key.number),
        or(isNull(issues.progressAt), lte(issues.progressAt, at)),
      ),
    )
    .returning({ number: issues.number });
  return told.length > 0;
}

function newestFailure({ plan, implementation, review }: RecordedProgress): Failure | undefined {
  return [plan.failure, implementation.failure, review.failure]
    .filter((failure) => failure !== null)
    .reduce<Failure | undefined>(
      (newest, failure) => (newest && newest.at >= failure.at ? newest : failure),
      undefined,
    );
}
