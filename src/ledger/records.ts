import { eq, type InferInsertModel, type InferSelectModel } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { LedgerDatabase } from './database.ts';

/** A table whose rows have a UUID of the ledger's own. */
type TableWithId = PgTable & { readonly id: PgColumn };

/** Rows of one table, one at a time. */
export interface Records<Row, NewRow> {
  create(values: NewRow): Promise<Row>;
  getById(id: string): Promise<Row | null>;
  /** Null if there is no such row. */
  update(id: string, values: Partial<NewRow>): Promise<Row | null>;
  /** False if there was no such row. */
  delete(id: string): Promise<boolean>;
}

/** What one can do with the rows of any table. */
export function recordsOf<Table extends TableWithId>(
  { transact }: LedgerDatabase,
  table: Table,
): Records<InferSelectModel<Table>, InferInsertModel<Table>> {
  type Row = InferSelectModel<Table>;
  // Without the generic type, whose columns the query builder cannot know.
  const plain: PgTable = table;
  return {
    create: async (values) =>
      await transact(async (tx) => {
        const [row] = (await tx.insert(table).values(values).returning()) as readonly Row[];
        if (!row) throw new TypeError('A row was added and not given back.');
        return row;
      }),

    getById: async (id) =>
      await transact(async (tx) => {
        const [row] = (await tx.select().from(plain).where(eq(table.id, id))) as unknown as readonly Row[];
        return row ?? null;
      }),

    update: async (id, values) =>
      await transact(async (tx) => {
        const changed = tx.update(plain).set(values).where(eq(table.id, id)).returning();
        const [row] = (await changed) as unknown as readonly Row[];
        return row ?? null;
      }),

    delete: async (id) =>
      await transact(async (tx) => {
        const deleted = await tx.delete(table).where(eq(table.id, id)).returning({ id: table.id });
        return deleted.length > 0;
      }),
  };
}
