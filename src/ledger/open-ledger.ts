import { auditLedger } from './audit.ts';
import { cycleLedger } from './cycles.ts';
import { openDatabase, type DatabaseOptions, type LedgerDatabase } from './database.ts';
import { issueLedger } from './issues.ts';
import type { Ledger } from './ledger.ts';
import { analysisResults, fixAttempts, reviews } from './pull-request-tables.ts';
import { pullRequestLedger } from './pull-requests.ts';
import { recordsOf } from './records.ts';
import { repositoryLedger } from './repositories.ts';
import { runLedger } from './runs.ts';
import { spendingLedger } from './spending.ts';
import { streamLedger } from './streams.ts';

/**
 * Opens the ledger and brings its tables up to date; any number may do so at once.
 *
 * @param url - `postgresql://…`, also of the embedded ledger
 * @throws GhwError `InvalidConfiguration` for a URL that is none, `LedgerUnreachable`, `LedgerFailed` (also where a newer
 * version of gh-worker has written the ledger)
 */
export async function openLedger(url: string, options: DatabaseOptions = {}): Promise<Ledger> {
  return ledgerOf(await openDatabase(url, options));
}

/** The ledger in a database that is open. Closing it closes the database. */
export function ledgerOf(database: LedgerDatabase): Ledger {
  return {
    repositories: repositoryLedger(database),
    issues: issueLedger(database),
    runs: runLedger(database),
    audit: auditLedger(database),
    cycles: cycleLedger(database),
    spending: spendingLedger(database),
    pullRequests: pullRequestLedger(database),
    analyses: recordsOf(database, analysisResults),
    fixAttempts: recordsOf(database, fixAttempts),
    reviews: recordsOf(database, reviews),
    streams: streamLedger(database),
    close: database.close,
  };
}
