import { and, eq, ne, sql } from 'drizzle-orm';
import type { SpendingSince } from '../domain/budget.ts';
import type { LedgerDatabase, Statements } from './database.ts';
import type { OthersSpending, SpendingLedger } from './ledger.ts';
import { ensureRepository, findRepositoryId } from './repository-rows.ts';
import { storableText } from './storable.ts';
import { spending } from './tables.ts';

/** What runs spend, while they spend it: runs at the same time see one another. */
export function spendingLedger({ transact }: LedgerDatabase): SpendingLedger {
  return {
    book: async (run) =>
      await transact(async (tx) => {
        const repositoryId = await ensureRepository(tx, run.issue);
        const { costUsd, issue, startedAt } = run;
        const key = storableText(run.key);
        const [own] = await tx
          .insert(spending)
          .values({ key, repositoryId, number: issue.number, startedAt, costUsd })
          .onConflictDoUpdate({
            target: spending.key,
            set: { costUsd: sql`greatest(${spending.costUsd}, excluded.cost_usd)` },
          })
          .returning({ costUsd: spending.costUsd });
        const others = await sums(tx, { repositoryId, number: issue.number, key, since: run.since });
        return { ...others, ownUsd: own?.costUsd ?? costUsd };
      }),

    of: async (issue, since) =>
      await transact(async (tx) => {
        // Of a repository that nobody knows, nothing was spent.
        const repositoryId = (await findRepositoryId(tx, issue)) ?? '';
        return await sums(tx, { repositoryId, number: issue.number, key: null, since });
      }),
  };
}

interface Of {
  readonly repositoryId: string;
  readonly number: number;
  /** The run that is left out; null for none. */
  readonly key: string | null;
  readonly since: SpendingSince;
}

async function sums(tx: Statements, { key, number, repositoryId, since }: Of): Promise<OthersSpending> {
  const ofRepository = eq(spending.repositoryId, repositoryId);
  const from = (moment: string | null) =>
    moment === null ? sql`true` : sql`${spending.startedAt} >= ${moment}::timestamptz`;
  const sum = (where: ReturnType<typeof and>) =>
    sql`coalesce(sum(${spending.costUsd}) FILTER (WHERE ${where}), 0)`.mapWith(Number);
  const [row] = await tx
    .select({
      issueUsd: sum(and(ofRepository, eq(spending.number, number))),
      repositoryUsd: sum(and(ofRepository, from(since.repository))),
      dayUsd: sum(from(since.day)),
    })
    .from(spending)
    .where(key === null ? undefined : ne(spending.key, key));
  return row ?? { issueUsd: 0, repositoryUsd: 0, dayUsd: 0 };
}
