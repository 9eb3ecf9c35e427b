import { and, asc, count, desc, eq, inArray, isNull, not, notInArray, sql } from 'drizzle-orm';
import { rowsAsTable } from './bulk.ts';
import { chunks } from './chunks.ts';
import type { LedgerDatabase, Statements } from './database.ts';
import type { ConfiguredRepository, LedgerRepository, RepositoryLedger, RepositorySighting } from './ledger.ts';
import {
  adoptNodeId,
  findRepositoryId,
  findRepositoryIds,
  hasNodeId,
  lockRepositories,
  standInId,
} from './repository-rows.ts';
import { storableText } from './storable.ts';
import { issues, repositories } from './tables.ts';

/** Repositories: what the configuration names, what GitHub calls them, and how far they are synced. */
export function repositoryLedger({ transact }: LedgerDatabase): RepositoryLedger {
  return {
    mirror: async (configured) => await transact(async (tx) => await mirror(tx, configured)),

    list: async () => await transact(async (tx) => await selectRepositories(tx)),

    find: async (idOrName) =>
      await transact(async (tx) => {
        const [byId] = await selectRepositories(tx, idOrName);
        if (byId) return byId;
        const id = await findRepositoryId(tx, { repositoryId: null, repository: idOrName });
        const [byName] = id === undefined ? [] : await selectRepositories(tx, id);
        return byName ?? null;
      }),

    ids: async (names) => await transact(async (tx) => await findRepositoryIds(tx, names)),

    observe: async (seen) => {
      const stand: Awaited<ReturnType<RepositoryLedger['observe']>>[number][] = [];
      for (const part of chunks(seen)) stand.push(...(await transact(async (tx) => await observe(tx, part))));
      return stand;
    },

    moveWatermark: async ({ id, from, to }) =>
      await transact(async (tx) => {
        const unmoved = from === null ? isNull(repositories.watermark) : eq(repositories.watermark, from);
        const moved = await tx
          .update(repositories)
          .set({ watermark: to })
          .where(and(eq(repositories.id, id), unmoved))
          .returning({ id: repositories.id });
        return moved.length === 1;
      }),
  };
}

async function mirror(tx: Statements, configured: readonly ConfiguredRepository[]): Promise<void> {
  const byId = new Map([...configured].reverse().map((repository) => [repository.id, repository]));
  // In one order, so that two who mirror at once wait for each other instead of blocking each other.
  const wanted = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const standIns = new Set(
    (await tx.select({ id: repositories.id }).from(repositories).where(not(hasNodeId))).map((row) => row.id),
  );
  for (const { id, name } of wanted) if (standIns.has(standInId(name))) await adoptNodeId(tx, id, name);
  if (wanted.length > 0) {
    await tx
      .insert(repositories)
      .values(wanted.map(({ id, name, priority, active }) => ({ id, name, nameWithOwner: name, priority, active })))
      .onConflictDoUpdate({
        target: repositories.id,
        set: { name: sql`excluded.name`, priority: sql`excluded.priority`, active: sql`excluded.active` },
      });
  }
  await tx
    .update(repositories)
    .set({ active: false })
    .where(and(eq(repositories.active, true), notInArray(repositories.id, [...byId.keys()])));
}

async function observe(tx: Statements, seen: readonly RepositorySighting[]): ReturnType<RepositoryLedger['observe']> {
  const ids = seen.map(({ id }) => id);
  await lockRepositories(tx, ids);
  const rows = seen.map(({ at, nameWithOwner, problem, ...one }) => ({
    ...{ ...one, observedAt: at, syncedAt: problem === null ? at : null },
    nameWithOwner: nameWithOwner === undefined ? null : storableText(nameWithOwner),
    problem: problem === null ? null : storableText(problem),
  }));
  const names = ['id', 'nameWithOwner', 'archived', 'problem', 'observedAt', 'syncedAt'];
  await tx.execute(sql`
    UPDATE ${repositories} AS known SET
      name_with_owner = coalesce(given.name_with_owner, known.name_with_owner),
      archived = coalesce(given.archived, known.archived),
      problem = given.problem,
      observed_at = given.observed_at,
      synced_at = coalesce(given.synced_at, known.synced_at)
    FROM ${rowsAsTable(repositories, names, rows)}
    WHERE known.id = given.id AND coalesce(known.observed_at <= given.observed_at, true)`);
  const { id, name, problem, syncedAt } = repositories;
  return await tx.select({ id, name, problem, syncedAt }).from(repositories).where(inArray(id, ids));
}

async function selectRepositories(tx: Statements, id?: string): Promise<readonly LedgerRepository[]> {
  const held = tx
    .select({ repositoryId: issues.repositoryId, count: count().as('count') })
    .from(issues)
    .where(isNull(issues.goneHow))
    .groupBy(issues.repositoryId)
    .as('held');
  return await tx
    .select({
      id: repositories.id,
      name: repositories.name,
      priority: repositories.priority,
      active: repositories.active,
      nameWithOwner: repositories.nameWithOwner,
      archived: repositories.archived,
      problem: repositories.problem,
      watermark: repositories.watermark,
      syncedAt: repositories.syncedAt,
      lastCheckedAt: repositories.lastCheckedAt,
      lastWholeLookAt: repositories.lastWholeLookAt,
      lastProblem: repositories.lastProblem,
      issueCount: sql<number>`coalesce(${held.count}, 0)`.mapWith(Number),
    })
    .from(repositories)
    .leftJoin(held, eq(held.repositoryId, repositories.id))
    .where(and(hasNodeId, id === undefined ? undefined : eq(repositories.id, id)))
    .orderBy(desc(repositories.active), asc(repositories.priority), asc(sql`lower(${repositories.nameWithOwner})`));
}
