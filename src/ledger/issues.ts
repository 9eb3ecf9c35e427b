import { and, eq, isNull } from 'drizzle-orm';
import type { LedgerDatabase, Statements } from './database.ts';
import { listIssues, selectIssue } from './issue-list.ts';
import { storeIssues } from './issue-listing.ts';
import { recordIssue } from './issue-record.ts';
import type { IssueAddress, IssueLedger } from './ledger.ts';
import { selectPlans } from './plans.ts';
import { findRepositoryId } from './repository-rows.ts';
import { issues, type IssueKey } from './tables.ts';

/** Issues: what GitHub shows of them, what their workflows told, and their plans. */
export function issueLedger({ transact }: LedgerDatabase): IssueLedger {
  /** Asks about one issue; null if the ledger does not know its repository. */
  async function ask<T>(address: IssueAddress, work: (tx: Statements, key: IssueKey) => Promise<T>): Promise<T | null> {
    return await transact(async (tx) => {
      const repositoryId = await findRepositoryId(tx, address);
      return repositoryId === undefined ? null : await work(tx, { repositoryId, number: address.number });
    });
  }

  return {
    store: async (repositoryId, listed) => await transact(async (tx) => await storeIssues(tx, repositoryId, listed)),
    record: async (record) => await transact(async (tx) => await recordIssue(tx, record)),
    list: async (filter = {}) => await transact(async (tx) => await listIssues(tx, filter)),
    find: async (address) => await ask(address, selectIssue),
    progress: async (address) => await ask(address, async (tx, key) => (await selectTexts(tx, key))?.progress ?? null),
    body: async (address) => await ask(address, async (tx, key) => (await selectTexts(tx, key))?.body ?? null),
    plans: async (address) => (await ask(address, selectPlans)) ?? [],

    known: async (repositoryId) =>
      await transact(
        async (tx) =>
          await tx
            .select({ number: issues.number, id: issues.id })
            .from(issues)
            .where(and(eq(issues.repositoryId, repositoryId), isNull(issues.goneHow)))
            .orderBy(issues.number),
      ),

    markGone: async (repositoryId, number, gone) =>
      await transact(async (tx) => {
        const to = gone.how === 'transferred' ? gone.to : undefined;
        await tx
          .update(issues)
          .set({ goneHow: gone.how, goneToRepository: to?.repository ?? null, goneToNumber: to?.number ?? null })
          .where(and(eq(issues.repositoryId, repositoryId), eq(issues.number, number)));
      }),

    recall: async (identity) =>
      await ask(identity, async (tx, key) => {
        const progress = (await selectTexts(tx, key))?.progress;
        return progress ? { progress, plans: await selectPlans(tx, key) } : null;
      }),
  };
}

async function selectTexts(tx: Statements, { repositoryId, number }: IssueKey) {
  const rows = await tx
    .select({ progress: issues.progress, body: issues.body })
    .from(issues)
    .where(and(eq(issues.repositoryId, repositoryId), eq(issues.number, number)));
  return rows[0];
}
