import { and, desc, eq, inArray, isNull, or, type SQL } from 'drizzle-orm';
import type { Gone } from '../domain/issue.ts';
import type { Statements } from './database.ts';
import type { IssueFilter, LedgerIssue, ProgressLine } from './ledger.ts';
import { isOfRepository } from './repository-rows.ts';
import { issues, repositories, type IssueKey } from './tables.ts';

/** What a line of a list needs, and no long text. */
const line = {
  repositoryId: issues.repositoryId,
  repository: repositories.nameWithOwner,
  number: issues.number,
  id: issues.id,
  title: issues.title,
  url: issues.url,
  state: issues.state,
  author: issues.author,
  labels: issues.labels,
  assignees: issues.assignees,
  milestone: issues.milestone,
  createdAt: issues.createdAt,
  updatedAt: issues.updatedAt,
  closedAt: issues.closedAt,
  goneHow: issues.goneHow,
  goneToRepository: issues.goneToRepository,
  goneToNumber: issues.goneToNumber,
  progressAt: issues.progressAt,
  workflowId: issues.workflowId,
  phase: issues.phase,
  planState: issues.planState,
  implementationState: issues.implementationState,
  waitsFor: issues.waitsFor,
  paused: issues.paused,
  reviewed: issues.reviewed,
  outcome: issues.outcome,
  pullRequest: issues.pullRequest,
  agent: issues.agent,
  costUsd: issues.costUsd,
  failure: issues.failure,
};

/** Newest change first. Issues that are gone are shown with `all` only. */
export async function listIssues(tx: Statements, filter: IssueFilter): Promise<readonly LedgerIssue[]> {
  const { state = 'open', limit } = filter;
  const query = selectLines(
    tx,
    and(isOf(tx, filter), state === 'all' ? undefined : and(eq(issues.state, state), isNull(issues.goneHow))),
  ).orderBy(desc(issues.updatedAt));
  const rows = await readLines(tx, limit === undefined ? query : query.limit(limit));
  return rows.map(toIssue);
}

function isOf(tx: Statements, { repositoryIds, repositoryNames = [] }: IssueFilter): SQL | undefined {
  if (repositoryIds === undefined) return undefined;
  const named = repositoryNames.map((repository) =>
    isOfRepository(tx, issues.repositoryId, { repositoryId: null, repository }),
  );
  return or(inArray(issues.repositoryId, [...repositoryIds]), ...named);
}

/** One issue; null if the ledger does not know it. */
export async function selectIssue(tx: Statements, key: IssueKey): Promise<LedgerIssue | null> {
  const isKey = and(eq(issues.repositoryId, key.repositoryId), eq(issues.number, key.number));
  const [row] = await readLines(tx, selectLines(tx, isKey));
  return row ? toIssue(row) : null;
}

function selectLines(tx: Statements, where: SQL | undefined) {
  return tx
    .select(line)
    .from(issues)
    .innerJoin(repositories, eq(repositories.id, issues.repositoryId))
    .where(where)
    .$dynamic();
}

type Line = Awaited<ReturnType<typeof selectLines>>[number];

const columns = Object.entries(line);

/**
 * Reads what a query of lines selects: a list may have ten thousand, and reading each value of each by the path that its
 * query gives it takes longer than the query itself.
 */
async function readLines(tx: Statements, query: { getSQL(): SQL }): Promise<readonly Line[]> {
  const { rows } = await tx.execute(query.getSQL());
  return rows.map((row) => {
    const read: Record<string, unknown> = {};
    for (const [key, column] of columns) {
      const value = row[column.name];
      read[key] = value === null ? null : column.mapFromDriverValue(value);
    }
    return read as Line;
  });
}

function toIssue(row: Line): LedgerIssue {
  const { repositoryId, repository, number, id, title, url, state, author, labels, assignees, milestone } = row;
  return {
    ...{ repositoryId, repository, number, id, title, url, state, author, labels, assignees, milestone },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    closedAt: row.closedAt,
    gone: goneOf(row),
    progress: progressOf(row),
  };
}

function goneOf({ goneHow, goneToRepository, goneToNumber }: Line): Gone | null {
  if (goneHow === null) return null;
  if (goneToRepository === null || goneToNumber === null) return { how: 'deleted' };
  return { how: 'transferred', to: { repository: goneToRepository, number: goneToNumber } };
}

/** A record fills all of these columns at once. */
function progressOf(row: Line): ProgressLine | null {
  const { workflowId, progressAt, phase, planState, implementationState, waitsFor } = row;
  if (!workflowId || !progressAt || !phase || !planState || !implementationState || !waitsFor) return null;
  const { outcome, pullRequest, agent, failure } = row;
  return {
    ...{ phase, planState, implementationState, waitsFor, outcome, pullRequest, agent, failure, workflowId },
    paused: row.paused ?? false,
    reviewed: row.reviewed ?? false,
    costUsd: row.costUsd ?? 0,
    at: progressAt,
  };
}
