import type { PgColumn } from 'drizzle-orm/pg-core';
import { and, asc, desc, eq, inArray, or, sql, type SQL } from 'drizzle-orm';
import { canonicalRepositoryName } from '../domain/repository-name.ts';
import type { Statements } from './database.ts';
import { storableText } from './storable.ts';
import { repositories } from './tables.ts';

/** A repository by node id where that is known, else by name. */
export interface RepositoryAddress {
  readonly repositoryId: string | null;
  readonly repository: string;
}

const standInPrefix = 'name:';

/** The id of a repository whose node id nobody knows yet. No node id has a colon. */
export function standInId(name: string): string {
  return `${standInPrefix}${canonicalRepositoryName(storableText(name))}`;
}

/** True for rows that have a node id. */
export const hasNodeId: SQL = sql`NOT starts_with(${repositories.id}, ${standInPrefix})`;

/** The id of the row that an address means; undefined if there is none. What GitHub calls it now comes before old names. */
export async function findRepositoryId(tx: Statements, address: RepositoryAddress): Promise<string | undefined> {
  const [found] = await selectRepositoryId(tx, address);
  return found?.id;
}

/** True for rows of the repository that {@link findRepositoryId} finds. */
export function isOfRepository(tx: Statements, repositoryId: PgColumn, address: RepositoryAddress): SQL {
  return inArray(repositoryId, selectRepositoryId(tx, address));
}

function selectRepositoryId(tx: Statements, address: RepositoryAddress) {
  const name = canonicalRepositoryName(storableText(address.repository));
  const isNow = sql`lower(${repositories.nameWithOwner}) = ${name}`;
  return tx
    .select({ id: repositories.id })
    .from(repositories)
    .where(
      address.repositoryId === null
        ? or(isNow, sql`lower(${repositories.name}) = ${name}`)
        : or(eq(repositories.id, address.repositoryId), eq(repositories.id, standInId(name))),
    )
    .orderBy(desc(hasNodeId), desc(isNow), desc(repositories.active), asc(repositories.id))
    .limit(1);
}

/** Node ids by name as given, chosen as {@link findRepositoryId} chooses; a name that nobody knows is missing. */
export async function findRepositoryIds(
  tx: Statements,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map(names.map((name) => [name, canonicalRepositoryName(storableText(name))]));
  const isNow = sql`lower(${repositories.nameWithOwner})`;
  const wasOnce = sql`lower(${repositories.name})`;
  const any = [...new Set(wanted.values())];
  const rows = await tx
    .select({ id: repositories.id, isNow: isNow.mapWith(String), wasOnce: wasOnce.mapWith(String) })
    .from(repositories)
    .where(and(hasNodeId, or(inArray(isNow, any), inArray(wasOnce, any))))
    .orderBy(desc(repositories.active), asc(repositories.id));
  const found = [...wanted].flatMap(([name, canonical]): (readonly [string, string])[] => {
    const row = rows.find((one) => one.isNow === canonical) ?? rows.find((one) => one.wasOnce === canonical);
    return row === undefined ? [] : [[name, row.id]];
  });
  return new Map(found);
}

/** Holds rows until the transaction ends; in one order, so that two who want several wait instead of blocking each other. */
export async function lockRepositories(tx: Statements, ids: readonly string[]): Promise<void> {
  await tx
    .select({ id: repositories.id })
    .from(repositories)
    .where(inArray(repositories.id, [...ids]))
    .orderBy(asc(repositories.id))
    .for('no key update');
}

/** Gives a row that was waiting for its node id that id. What was kept under the stand-in goes with it. */
export async function adoptNodeId(tx: Statements, id: string, name: string): Promise<void> {
  await tx.execute(sql`
    UPDATE ${repositories} SET id = ${id}
    WHERE id = ${standInId(name)} AND NOT EXISTS (SELECT 1 FROM ${repositories} AS known WHERE known.id = ${id})`);
}

/** The id of the row of an issue's repository, which is made where it is not there. */
export async function ensureRepository(tx: Statements, address: RepositoryAddress): Promise<string> {
  const { repositoryId, repository } = address;
  const found = await findRepositoryId(tx, address);
  if (found !== undefined && (repositoryId === null || found === repositoryId)) return found;
  if (repositoryId !== null) await adoptNodeId(tx, repositoryId, repository);
  const id = repositoryId ?? standInId(repository);
  await tx.insert(repositories).values({ id, name: repository, nameWithOwner: repository }).onConflictDoNothing();
  return id;
}

/** The name under which a repository was first registered; it stays when GitHub renames it. */
export async function registeredName(tx: Statements, id: string): Promise<string> {
  const rows = await tx.select({ name: repositories.name }).from(repositories).where(eq(repositories.id, id));
  return rows[0]?.name ?? '';
}
