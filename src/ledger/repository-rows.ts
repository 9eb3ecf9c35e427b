import { asc, desc, eq, or, sql, type SQL } from 'drizzle-orm';
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
  const name = canonicalRepositoryName(storableText(address.repository));
  const isNow = sql`lower(${repositories.nameWithOwner}) = ${name}`;
  const found = await tx
    .select({ id: repositories.id })
    .from(repositories)
    .where(
      address.repositoryId === null
        ? or(isNow, sql`lower(${repositories.name}) = ${name}`)
        : or(eq(repositories.id, address.repositoryId), eq(repositories.id, standInId(name))),
    )
    .orderBy(desc(hasNodeId), desc(isNow), desc(repositories.active), asc(repositories.id))
    .limit(1);
  return found[0]?.id;
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
