import { inArray } from 'drizzle-orm';
import type { Known } from '../domain/pull-request/detect.ts';
import type { KnownCheck, KnownPullRequest } from '../domain/pull-request/known.ts';
import type { CheckCounts, RepositoryReading } from '../domain/pull-request/observed.ts';
import type { Statements } from './database.ts';
import { checkRuns, pullRequests } from './pull-request-tables.ts';

export type PullRequestRow = typeof pullRequests.$inferSelect;
export type CheckRow = typeof checkRuns.$inferSelect;

/** What was known before a look, with the ledger's own id. */
export interface KnownRow extends Known {
  readonly ledgerId: string;
}

/** What is known of all that the readings speak of, by node id. */
export async function selectKnown(
  tx: Statements,
  readings: readonly RepositoryReading[],
): Promise<ReadonlyMap<string, KnownRow>> {
  const seen = readings.flatMap((reading) => reading.pullRequests);
  const ids = [...seen.map(({ id }) => id), ...readings.flatMap(({ gone }) => gone)];
  if (ids.length === 0) return new Map();
  const rows = await tx.select().from(pullRequests).where(inArray(pullRequests.nodeId, ids));
  const heads = new Map(seen.flatMap(({ id, checks }) => (checks?.list ? [[id, checks.headOid] as const] : [])));
  const checks = await selectChecks(tx, rows, heads);
  return new Map(
    rows.map((row) => [row.nodeId, { ledgerId: row.id, pullRequest: toKnown(row), checks: checks.get(row.id) ?? [] }]),
  );
}

/** Of each pull request, all runs of checks of one commit. */
async function selectChecks(
  tx: Statements,
  rows: readonly PullRequestRow[],
  heads: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly KnownCheck[]>> {
  const headOf = new Map(rows.flatMap(({ id, nodeId }) => (heads.has(nodeId) ? [[id, heads.get(nodeId)]] : [])));
  const found = new Map<string, KnownCheck[]>();
  if (headOf.size === 0) return found;
  const runs = await tx
    .select()
    .from(checkRuns)
    .where(
      inArray(
        checkRuns.pullRequestId,
        [...headOf.keys()].filter((id) => id !== undefined),
      ),
    );
  for (const run of runs) {
    if (headOf.get(run.pullRequestId) !== run.headOid) continue;
    const known = found.get(run.pullRequestId);
    if (known) known.push(toKnownCheck(run));
    else found.set(run.pullRequestId, [toKnownCheck(run)]);
  }
  return found;
}

/** A pull request as the domain knows it. */
export function toKnown(row: PullRequestRow): KnownPullRequest {
  const { id: _id, nodeId, checksTotal, checksPending, checksPassed, checksFailed, ...rest } = row;
  return { ...rest, id: nodeId, counts: countsOf({ checksTotal, checksPending, checksPassed, checksFailed }) };
}

/** All of them are there, or none. */
function countsOf(
  row: Pick<PullRequestRow, 'checksTotal' | 'checksPending' | 'checksPassed' | 'checksFailed'>,
): CheckCounts | null {
  const { checksTotal: total, checksPending: pending, checksPassed: passed, checksFailed: failed } = row;
  return total === null || pending === null || passed === null || failed === null
    ? null
    : { total, pending, passed, failed };
}

/** A run of a check as the domain knows it. */
export function toKnownCheck(row: CheckRow): KnownCheck {
  const { id: _id, pullRequestId: _pullRequestId, createdAt: _createdAt, ...known } = row;
  return known;
}

/** What is written of a pull request. */
export function toRow(known: KnownPullRequest): Omit<PullRequestRow, 'id'> {
  const { id, counts, labels, ...rest } = known;
  return {
    ...rest,
    nodeId: id,
    labels: [...labels],
    checksTotal: counts?.total ?? null,
    checksPending: counts?.pending ?? null,
    checksPassed: counts?.passed ?? null,
    checksFailed: counts?.failed ?? null,
  };
}
