import {
  and,
  asc,
  desc,
  eq,
  exists,
  getTableColumns,
  inArray,
  isNull,
  lte,
  notExists,
  or,
  sql,
  type SQL,
} from 'drizzle-orm';
import { checkConclusions, hasFailed } from '../domain/pull-request/states.ts';
import type { Statements } from './database.ts';
import type { IssueAddress } from './ledger.ts';
import type { LedgerPullRequest, PullRequestFilter } from './pull-request-ledger.ts';
import { toKnown, type CheckRow, type PullRequestRow } from './pull-request-rows.ts';
import { analysisResults, checkRuns, pullRequests, reviews } from './pull-request-tables.ts';
import { findRepositoryId } from './repository-rows.ts';
import { repositories } from './tables.ts';

/** Newest change first. */
export async function listPullRequests(
  tx: Statements,
  filter: PullRequestFilter = {},
): Promise<readonly LedgerPullRequest[]> {
  const { repositoryIds, state = 'open', author, label, rollup, isDraft, limit } = filter;
  return await selectPullRequests(
    tx,
    and(
      isOf(repositoryIds),
      state === 'all' ? undefined : eq(pullRequests.state, state),
      author === undefined ? undefined : sql`lower(${pullRequests.author}) = lower(${author})`,
      label === undefined
        ? undefined
        : sql`EXISTS (SELECT 1 FROM unnest(${pullRequests.labels}) AS label WHERE lower(label) = lower(${label}))`,
      rollup === undefined ? undefined : eq(pullRequests.rollup, rollup),
      isDraft === undefined ? undefined : eq(pullRequests.isDraft, isDraft),
    ),
    limit,
  );
}

/** One pull request; null if the ledger does not know it. */
export async function findPullRequest(tx: Statements, address: IssueAddress): Promise<LedgerPullRequest | null> {
  const repositoryId = await findRepositoryId(tx, address);
  if (repositoryId === undefined) return null;
  const isIt = and(eq(pullRequests.repositoryId, repositoryId), eq(pullRequests.number, address.number));
  return (await selectPullRequests(tx, isIt))[0] ?? null;
}

/** See `PullRequestLedger`; no failure of a commit that is the head no longer, or that a newer run replaced. */
export async function listWithFailedChecks(
  tx: Statements,
  repositoryIds?: readonly string[],
): Promise<readonly LedgerPullRequest[]> {
  const analysed = tx.select().from(analysisResults).where(eq(analysisResults.checkRunId, checkRuns.id));
  const failed = tx
    .select()
    .from(checkRuns)
    .where(and(isOfHead, inArray(checkRuns.conclusion, failures), notExists(analysed)));
  return await selectPullRequests(tx, and(isOf(repositoryIds), isAttended, exists(failed)));
}

/** See `PullRequestLedger`; one without any check is ready once GitHub has had a minute to begin some. */
export async function listReadyForReview(
  tx: Statements,
  repositoryIds?: readonly string[],
): Promise<readonly LedgerPullRequest[]> {
  const ofHead = and(eq(reviews.pullRequestId, pullRequests.id), eq(reviews.headOid, pullRequests.headOid));
  const hasPassed = or(
    eq(pullRequests.rollup, 'success'),
    and(
      isNull(pullRequests.rollup),
      lte(pullRequests.updatedAt, sql`${pullRequests.checksObservedAt} - interval '1 minute'`),
    ),
  );
  return await selectPullRequests(
    tx,
    and(
      ...[isOf(repositoryIds), isAttended, eq(pullRequests.isDraft, false), hasPassed],
      notExists(tx.select().from(reviews).where(ofHead)),
    ),
  );
}

/** The newest run of each check of its head, failed ones first. */
export async function selectChecksOf(tx: Statements, ledgerId: string): Promise<readonly CheckRow[]> {
  const rows = await tx
    .select(getTableColumns(checkRuns))
    .from(checkRuns)
    .innerJoin(pullRequests, eq(pullRequests.id, checkRuns.pullRequestId))
    .where(and(eq(pullRequests.id, ledgerId), eq(checkRuns.headOid, pullRequests.headOid), checkRuns.isCurrent))
    .orderBy(asc(checkRuns.name));
  return [...rows.filter(hasFailed), ...rows.filter((check) => !hasFailed(check))];
}

/** Pull requests with what is shown of their repositories. */
export async function selectPullRequests(
  tx: Statements,
  where: SQL | undefined,
  limit?: number,
): Promise<readonly LedgerPullRequest[]> {
  const query = tx
    .select({ row: pullRequests, ...ofRepository })
    .from(pullRequests)
    .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
    .where(where)
    .orderBy(desc(pullRequests.updatedAt), asc(pullRequests.nodeId));
  return (await (limit === undefined ? query : query.limit(limit))).map(toLedgerPullRequest);
}

/** What is shown of a pull request's repository. */
export const ofRepository = {
  repository: repositories.nameWithOwner,
  registeredName: repositories.name,
  priority: repositories.priority,
};

/** A row with what is shown of its repository. */
export function toLedgerPullRequest({
  row,
  ...repository
}: { readonly row: PullRequestRow } & Pick<
  LedgerPullRequest,
  'repository' | 'registeredName' | 'priority'
>): LedgerPullRequest {
  return { ...toKnown(row), ledgerId: row.id, ...repository };
}

const failures = checkConclusions.filter((conclusion) => hasFailed({ status: 'completed', conclusion }));

const isAttended = and(eq(pullRequests.state, 'open'), isNull(pullRequests.skippedBy));

const isOfHead = and(
  eq(checkRuns.pullRequestId, pullRequests.id),
  eq(checkRuns.headOid, pullRequests.headOid),
  eq(checkRuns.isCurrent, true),
  eq(checkRuns.isSkipped, false),
);

function isOf(repositoryIds: readonly string[] | undefined): SQL | undefined {
  return repositoryIds && inArray(pullRequests.repositoryId, [...repositoryIds]);
}
