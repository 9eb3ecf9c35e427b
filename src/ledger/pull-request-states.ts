import { and, asc, desc, eq, inArray, isNull, min, sql } from 'drizzle-orm';
import type { RecordedChange } from '../domain/pull-request/change.ts';
import { rowsAsTable } from './bulk.ts';
import type { Statements } from './database.ts';
import { ofRepository, toLedgerPullRequest } from './pull-request-list.ts';
import type { ToldChange, UntoldPullRequest } from './pull-request-ledger.ts';
import { pullRequests, pullRequestStates } from './pull-request-tables.ts';
import { repositories } from './tables.ts';

const isUntold = and(isNull(pullRequestStates.toldAt), isNull(pullRequestStates.insignificant));

/** Most urgent repository first, then the oldest change. */
export async function selectUntold(tx: Statements, limit: number): Promise<readonly UntoldPullRequest[]> {
  const waiting = tx
    .select({ pullRequestId: pullRequestStates.pullRequestId, first: min(pullRequestStates.sequence).as('first') })
    .from(pullRequestStates)
    .where(isUntold)
    .groupBy(pullRequestStates.pullRequestId)
    .as('waiting');
  const found = await tx
    .select({ row: pullRequests, ...ofRepository })
    .from(waiting)
    .innerJoin(pullRequests, eq(pullRequests.id, waiting.pullRequestId))
    .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
    .orderBy(asc(repositories.priority), asc(waiting.first))
    .limit(limit);
  if (found.length === 0) return [];
  const changes = await tx
    .select()
    .from(pullRequestStates)
    .where(
      and(
        isUntold,
        inArray(
          pullRequestStates.pullRequestId,
          found.map(({ row }) => row.id),
        ),
      ),
    )
    .orderBy(asc(pullRequestStates.sequence));
  return found.map((line) => ({
    pullRequest: toLedgerPullRequest(line),
    changes: changes.filter(({ pullRequestId }) => pullRequestId === line.row.id).map(toChange),
  }));
}

/** What was taken down later stays untold. */
export async function markTold(
  tx: Statements,
  told: readonly { readonly id: string; readonly revision: number }[],
): Promise<void> {
  if (told.length === 0) return;
  const upTo = told.map(({ id, revision }) => ({ id, revision }));
  await tx.execute(sql`
    UPDATE ${pullRequestStates} AS state SET told_at = now()
    FROM ${rowsAsTable(pullRequestStates, ['id', 'revision'], upTo)}
    JOIN ${pullRequests} AS pr ON pr.node_id = given.id
    WHERE state.pr_id = pr.id AND state.revision <= given.revision
      AND state.told_at IS NULL AND state.insignificant IS NULL`);
}

/** All that happened to a pull request, newest first. */
export async function selectHistory(tx: Statements, ledgerId: string, limit?: number): Promise<readonly ToldChange[]> {
  const query = tx
    .select()
    .from(pullRequestStates)
    .where(eq(pullRequestStates.pullRequestId, ledgerId))
    .orderBy(desc(pullRequestStates.sequence));
  const rows = await (limit === undefined ? query : query.limit(limit));
  return rows.map((row) => ({ ...toChange(row), toldAt: row.toldAt }));
}

function toChange(row: typeof pullRequestStates.$inferSelect): RecordedChange {
  const { sequence: _sequence, pullRequestId: _pullRequestId, toldAt: _toldAt, ...change } = row;
  return change;
}
