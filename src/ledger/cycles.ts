import { desc, eq, sql } from 'drizzle-orm';
import type { LedgerDatabase } from './database.ts';
import type { CycleLedger } from './ledger.ts';
import { cycles } from './tables.ts';

/** Work cycles, for their history. */
export function cycleLedger({ transact }: LedgerDatabase): CycleLedger {
  return {
    record: async (cycle) =>
      await transact(async (tx) => {
        await tx
          .insert(cycles)
          .values(cycle)
          .onConflictDoUpdate({
            target: cycles.id,
            set: { ...cycle },
            // What is over stays over.
            setWhere: sql`${cycles.endedAt} IS NULL OR ${cycles.endedAt} <= excluded.ended_at`,
          });
      }),

    list: async ({ name, limit } = {}) =>
      await transact(async (tx) => {
        const query = tx
          .select()
          .from(cycles)
          .where(name === undefined ? undefined : eq(cycles.name, name))
          .orderBy(desc(cycles.startedAt), desc(cycles.id))
          .$dynamic();
        return await (limit === undefined ? query : query.limit(limit));
      }),

    count: async (name) => await transact(async (tx) => await tx.$count(cycles, eq(cycles.name, name))),
  };
}
