import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { openDatabase, type LedgerDatabase } from '../../src/ledger/database.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { ledgerOf } from '../../src/ledger/open-ledger.ts';
import { aCheck, aPullRequest, aReading, head, theChecks } from '../domain/pull-request/builders.ts';
import { skipNothing } from '../../src/domain/pull-request/skip.ts';
import type { TestLedger } from '../setup/ledger.ts';
import { aConfiguredRepository, addressOf, engines } from './support.ts';

const nobody = '00000000-0000-4000-8000-000000000000';

describe.each(engines)('the tables of pull requests in %s', (_name, create) => {
  let place: TestLedger;
  let database: LedgerDatabase;
  let ledger: Ledger;
  let ids: { pullRequest: string; check: string; analysis: string };

  beforeAll(async () => {
    place = await create();
    database = await openDatabase(place.url);
    ledger = ledgerOf(database);
  });
  afterAll(async () => {
    await ledger.close();
    await place.remove();
  });
  beforeEach(async () => {
    const repository = aConfiguredRepository();
    const { id: repositoryId, name: nameWithOwner } = repository;
    await ledger.repositories.mirror([repository]);
    const seen = aPullRequest({ id: `PR_${repositoryId}`, repositoryId, checks: theChecks([aCheck()]) });
    await ledger.pullRequests.synchronise([aReading([seen], { repositoryId, nameWithOwner })], () => skipNothing);
    const pullRequest = await ledger.pullRequests.getByRepositoryAndNumber(addressOf(repository, 7));
    const [check] = await ledger.pullRequests.checksOf(addressOf(repository, 7));
    const analysis = await ledger.analyses.create({
      ...{ checkRunId: check!.ledgerId, provider: 'claude', category: 'lint', rootCause: 'A space too many.' },
    });
    ids = { pullRequest: pullRequest!.ledgerId, check: check!.ledgerId, analysis: analysis.id };
  });

  /** The code by which the server refuses a change of one row: `23514` a check, `23503` a key of another table, … */
  async function refusalOf(table: string, column: string, value: string | number | null): Promise<string | undefined> {
    const rows = {
      pull_requests: ids.pullRequest,
      check_runs: ids.check,
      analysis_results: ids.analysis,
      fix_attempts: (await ledger.fixAttempts.create({ analysisId: ids.analysis, status: 'pending' })).id,
      reviews: (await ledger.reviews.create({ ...aReview(), pullRequestId: ids.pullRequest })).id,
    };
    const id = rows[table as keyof typeof rows];
    try {
      await database.transact(async (tx) => {
        const name = sql`ghw.${sql.identifier(table)}`;
        await tx.execute(sql`UPDATE ${name} SET ${sql.identifier(column)} = ${value} WHERE id = ${id}`);
      });
      return undefined;
    } catch (error) {
      return /\((\w{5})\)$/.exec((error as Error).message)?.[1];
    }
  }

  function aReview() {
    return { reviewerName: 'security', provider: 'claude', decision: 'approve', headOid: head } as const;
  }

  it.each<[string, string, string | number, string]>([
    ['pull_requests', 'repository_id', 'R_nobody', '23503'],
    ['pull_requests', 'pr_number', 0, '23514'],
    ['pull_requests', 'state', 'draft', '23514'],
    ['pull_requests', 'mergeable', 'maybe', '23514'],
    ['pull_requests', 'rollup', 'green', '23514'],
    ['pull_requests', 'revision', -1, '23514'],
    ['check_runs', 'pr_id', nobody, '23503'],
    ['check_runs', 'kind', 'suite', '23514'],
    ['check_runs', 'status', 'done', '23514'],
    ['check_runs', 'status', 'queued', '23514'],
    ['check_runs', 'conclusion', 'fine', '23514'],
    ['analysis_results', 'check_run_id', nobody, '23503'],
    ['analysis_results', 'category', 'weather', '23514'],
    ['analysis_results', 'confidence', 101, '23514'],
    ['analysis_results', 'confidence', -1, '23514'],
    ['fix_attempts', 'analysis_id', nobody, '23503'],
    ['fix_attempts', 'status', 'done', '23514'],
    ['fix_attempts', 'commit_sha', 'HEAD', '23514'],
    ['reviews', 'pr_id', nobody, '23503'],
    ['reviews', 'decision', 'maybe', '23514'],
    ['reviews', 'confidence', 101, '23514'],
    ['reviews', 'confidence', -1, '23514'],
  ])('refuse %s.%s = %s', async (table, column, value, code) => {
    expect(await refusalOf(table, column, value)).toBe(code);
  });

  it.each<[string, string, string | number | null]>([
    ['analysis_results', 'confidence', 0],
    ['analysis_results', 'confidence', 100],
    ['analysis_results', 'confidence', null],
    ['reviews', 'confidence', 0],
    ['reviews', 'confidence', 100],
    ['fix_attempts', 'commit_sha', head],
  ])('take %s.%s = %s', async (table, column, value) => {
    expect(await refusalOf(table, column, value)).toBeUndefined();
  });

  it.each([
    ['pull_requests', 'title'],
    ['pull_requests', 'author'],
    ['pull_requests', 'branch'],
    ['check_runs', 'check_name'],
    ['analysis_results', 'provider'],
    ['analysis_results', 'root_cause'],
    ['reviews', 'reviewer_name'],
  ])('refuse %s without %s', async (table, column) => {
    expect(await refusalOf(table, column, null)).toBe('23502');
  });

  it('have one row for a number of a repository, and one for a run of a pull request', async () => {
    const twice = async (statement: ReturnType<typeof sql>) =>
      await database
        .transact(async (tx) => await tx.execute(statement))
        .then(
          () => null,
          (error: Error) => error.message,
        );

    const copied = (table: string, columns: string) =>
      sql.raw(`INSERT INTO ghw.${table} (${columns}) SELECT ${columns} FROM ghw.${table} LIMIT 1`);
    const { rows } = await database.transact((tx) =>
      tx.execute<{ table: string; columns: string }>(sql`
        SELECT table_name AS table, string_agg(quote_ident(column_name), ', ') AS columns
        FROM information_schema.columns WHERE table_schema = 'ghw' AND column_name <> 'id' GROUP BY 1`),
    );
    const columnsOf = (table: string) => rows.find((row) => row.table === table)?.columns ?? '';

    for (const table of ['pull_requests', 'check_runs']) {
      expect(await twice(copied(table, columnsOf(table)))).toContain('23505');
    }
  });

  it('keep, change and let go of what is put into them, and of what hangs on it', async () => {
    const attempt = await ledger.fixAttempts.create({
      ...{ analysisId: ids.analysis, status: 'pending', validationResults: { ok: false, steps: [] } },
    });

    expect(await ledger.fixAttempts.getById(attempt.id)).toEqual(attempt);
    expect(
      await ledger.fixAttempts.update(attempt.id, { status: 'failed', errorMessage: 'It still says "hi".' }),
    ).toEqual({
      ...attempt,
      ...{ status: 'failed', errorMessage: 'It still says "hi".' },
    });
    expect(await ledger.fixAttempts.update(nobody, { status: 'failed' })).toBeNull();
    expect(await ledger.analyses.delete(ids.analysis)).toBe(true);
    expect(await ledger.analyses.delete(ids.analysis)).toBe(false);
    expect(await ledger.fixAttempts.getById(attempt.id)).toBeNull();
  });
});
