import { and, desc, eq, gte, sql } from 'drizzle-orm';
import { chunks } from './chunks.ts';
import type { LedgerDatabase, Statements } from './database.ts';
import type { AuditLedger, LedgerAuditEntry } from './ledger.ts';
import { findRepositoryId, registeredName } from './repository-rows.ts';
import { storableText } from './storable.ts';
import { auditEntries } from './tables.ts';

/** Who did what to what through which door. Entries are added, never changed. */
export function auditLedger({ transact }: LedgerDatabase): AuditLedger {
  return {
    add: async (key, entry) => await transact(async (tx) => await storeAudit(tx, [{ key, entry }])),

    list: async ({ entityType, entityId, since, limit } = {}) =>
      await transact(async (tx) => {
        const entity = entityId === undefined ? undefined : await keptName(tx, entityId);
        const query = tx
          .select({
            entityType: auditEntries.entityType,
            entityId: auditEntries.entityId,
            at: auditEntries.at,
            action: auditEntries.action,
            by: auditEntries.actor,
            door: auditEntries.door,
            detail: auditEntries.details,
          })
          .from(auditEntries)
          .where(
            and(
              entityType && eq(auditEntries.entityType, entityType),
              entity === undefined ? undefined : sql`lower(${auditEntries.entityId}) = lower(${entity})`,
              since === undefined ? undefined : gte(auditEntries.at, since),
            ),
          )
          .orderBy(desc(auditEntries.at), desc(auditEntries.key))
          .$dynamic();
        return await (limit === undefined ? query : query.limit(limit));
      }),
  };
}

/** The name under which an entity's entries are kept: an issue's repository may have got another one since. */
async function keptName(tx: Statements, entityId: string): Promise<string> {
  const [, repository, number] = /^([^#]+)#(\d+)$/.exec(entityId) ?? [];
  const id = repository && (await findRepositoryId(tx, { repositoryId: null, repository }));
  return id ? `${await registeredName(tx, id)}#${number ?? ''}` : storableText(entityId);
}

/** True if the entry is there. */
export async function holdsAudit(tx: Statements, key: string): Promise<boolean> {
  const rows = await tx.select({ key: auditEntries.key }).from(auditEntries).where(eq(auditEntries.key, key));
  return rows.length > 0;
}

/** Adds entries that are not there yet. */
export async function storeAudit(
  tx: Statements,
  entries: readonly { readonly key: string; readonly entry: LedgerAuditEntry }[],
): Promise<void> {
  for (const part of chunks(entries)) {
    const rows = part.map(({ key, entry: { by, detail, ...rest } }) => ({ ...rest, key, actor: by, details: detail }));
    await tx.insert(auditEntries).values(rows).onConflictDoNothing();
  }
}
