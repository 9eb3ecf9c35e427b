import { and, eq, inArray } from 'drizzle-orm';
import type { LedgerDatabase, Statements } from './database.ts';
import type { IssueAddress } from './ledger.ts';
import {
  findPullRequest,
  listPullRequests,
  listReadyForReview,
  listWithFailedChecks,
  selectChecksOf,
} from './pull-request-list.ts';
import type { PullRequestLedger } from './pull-request-ledger.ts';
import { toKnown, toKnownCheck } from './pull-request-rows.ts';
import { markTold, selectHistory, selectUntold } from './pull-request-states.ts';
import { synchronise } from './pull-request-sync.ts';
import { pullRequests } from './pull-request-tables.ts';

/** Pull requests and their checks: what discovery saw, what changed, and whom that was told. */
export function pullRequestLedger(database: LedgerDatabase): PullRequestLedger {
  const { transact } = database;

  /** Asks about one pull request; nothing if the ledger does not know it. */
  async function ask<T>(
    address: IssueAddress,
    work: (tx: Statements, ledgerId: string) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    return await transact(async (tx) => {
      const found = await findPullRequest(tx, address);
      return found ? await work(tx, found.ledgerId) : [];
    });
  }

  return {
    openOf: async (repositoryIds) =>
      await transact(async (tx) => {
        const isOpen = and(inArray(pullRequests.repositoryId, [...repositoryIds]), eq(pullRequests.state, 'open'));
        return (await tx.select().from(pullRequests).where(isOpen)).map(toKnown);
      }),
    knownOf: async (ids) =>
      await transact(async (tx) => {
        if (ids.length === 0) return [];
        return (
          await tx
            .select()
            .from(pullRequests)
            .where(inArray(pullRequests.nodeId, [...ids]))
        ).map(toKnown);
      }),
    synchronise: async (readings, rulesOf) => await synchronise(database, readings, rulesOf),
    untold: async (limit) => await transact(async (tx) => await selectUntold(tx, limit)),
    markTold: async (told) => await transact(async (tx) => await markTold(tx, told)),
    list: async (filter) => await transact(async (tx) => await listPullRequests(tx, filter)),
    getByRepositoryAndNumber: async (address) => await transact(async (tx) => await findPullRequest(tx, address)),
    checksOf: async (address) =>
      await ask(address, async (tx, ledgerId) =>
        (await selectChecksOf(tx, ledgerId)).map((row) => ({ ...toKnownCheck(row), ledgerId: row.id })),
      ),
    history: async (address, limit) =>
      await ask(address, async (tx, ledgerId) => await selectHistory(tx, ledgerId, limit)),
    withFailedChecks: async (ids) => await transact(async (tx) => await listWithFailedChecks(tx, ids)),
    readyForReview: async (ids) => await transact(async (tx) => await listReadyForReview(tx, ids)),
  };
}
