import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { ListedIssue, SyncedIssue } from '../domain/issue.ts';
import { chunks } from './chunks.ts';
import type { Statements } from './database.ts';
import type { StoredIssue } from './ledger.ts';
import { storableText } from './storable.ts';
import { issues } from './tables.ts';

/**
 * Stores what a listing shows of one repository, and says what that changed. A row changes only if the listing is at
 * least as new; equal, because a label may get another name without the issue becoming newer.
 */
export async function storeIssues(
  tx: Statements,
  repositoryId: string,
  listed: readonly (SyncedIssue | ListedIssue)[],
): Promise<readonly StoredIssue[]> {
  const stored: StoredIssue[] = [];
  for (const chunk of chunks(unique(listed), sizeOf)) stored.push(...(await storeChunk(tx, repositoryId, chunk)));
  return stored;
}

async function storeChunk(
  tx: Statements,
  repositoryId: string,
  chunk: readonly (SyncedIssue | ListedIssue)[],
): Promise<readonly StoredIssue[]> {
  const before = await lockRows(tx, repositoryId, chunk);
  const written = await tx
    .insert(issues)
    .values(chunk.map((issue) => ({ ...shownOf(issue), repositoryId, body: 'body' in issue ? issue.body : null })))
    .onConflictDoUpdate({
      target: [issues.repositoryId, issues.number],
      set: {
        ...Object.fromEntries(shownColumns.map((name) => [name, listedValue(name)])),
        body: listedBody,
        ...{ goneHow: null, goneToRepository: null, goneToNumber: null },
      },
      setWhere: sql`${issues.updatedAt} < excluded.updated_at OR (${issues.updatedAt} = excluded.updated_at AND ${differs})`,
    })
    .returning({ number: issues.number });
  const changed = new Set(written.map(({ number }) => number));
  return chunk.map((issue) => ({
    number: issue.number,
    change: changed.has(issue.number) ? changeOf(before.get(issue.number), issue) : 'none',
  }));
}

const shownColumns = [
  ...(['id', 'title', 'url', 'state', 'author', 'labels', 'assignees', 'milestone'] as const),
  ...(['createdAt', 'updatedAt', 'closedAt'] as const),
];

function listedValue(name: (typeof shownColumns)[number]): SQL {
  return sql.raw(`excluded."${issues[name].name}"`);
}

/** What a workflow saw has no body. */
const listedBody = sql`coalesce(excluded.body, ${issues.body})`;

/** A row that stays as it is is not written again. */
const differs = sql`(${sql.join([...shownColumns.map((name) => issues[name]), issues.body, issues.goneHow], sql`, `)})
  IS DISTINCT FROM (${sql.join([...shownColumns.map(listedValue), listedBody, sql`NULL`], sql`, `)})`;

/** What was there, locked until the transaction ends, so that what is said of a change is so. */
async function lockRows(tx: Statements, repositoryId: string, chunk: readonly ListedIssue[]) {
  const numbers = chunk.map(({ number }) => number);
  const columns = { number: issues.number, goneHow: issues.goneHow };
  const shown = Object.fromEntries(shownColumns.map((name) => [name, issues[name]])) as ShownColumns;
  const rows = await tx
    .select({ ...columns, ...shown })
    .from(issues)
    .where(and(eq(issues.repositoryId, repositoryId), inArray(issues.number, numbers)))
    .orderBy(issues.number)
    .for('update');
  return new Map(rows.map((row) => [row.number, row]));
}

type ShownColumns = Pick<typeof issues, (typeof shownColumns)[number]>;
type Row = Awaited<ReturnType<typeof lockRows>> extends Map<number, infer R> ? R : never;

function changeOf(before: Row | undefined, now: ListedIssue): StoredIssue['change'] {
  if (before?.goneHow !== null) return 'added';
  if (before.state !== now.state) return now.state === 'closed' ? 'closed' : 'reopened';
  const isSame = shownColumns.every((name) => comparable(name, before[name]) === comparable(name, now[name]));
  return isSame ? 'none' : 'changed';
}

function comparable(name: (typeof shownColumns)[number], value: Row[typeof name] | ListedIssue[typeof name]): unknown {
  if (value === null) return null;
  if (name.endsWith('At')) return Date.parse(String(value));
  return typeof value === 'string' ? storableText(value) : JSON.stringify(value.map(storableText));
}

function shownOf(issue: ListedIssue) {
  const { id, number, title, url, state, author, milestone, createdAt, updatedAt, closedAt } = issue;
  const lists = { labels: [...issue.labels], assignees: [...issue.assignees] };
  return { id, number, title, url, state, author, milestone, createdAt, updatedAt, closedAt, ...lists };
}

/** In the order of numbers, so that two listings wait for each other; of two of one number the newer. */
function unique<Issue extends ListedIssue>(listed: readonly Issue[]): readonly Issue[] {
  const byNumber = new Map<number, Issue>();
  for (const issue of listed) {
    const other = byNumber.get(issue.number);
    if (!other || Date.parse(other.updatedAt) <= Date.parse(issue.updatedAt)) byNumber.set(issue.number, issue);
  }
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

function sizeOf(issue: SyncedIssue | ListedIssue): number {
  return issue.title.length + ('body' in issue ? issue.body.length : 0);
}
