import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IssueRecord } from '../../src/domain/issue-record.ts';
import { syncUpdate } from '../../src/workflows/protocol.ts';
import { aSync, PLAN_DIGEST } from '../domain/builders.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { failure, withIssue } from './support.ts';

let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});

afterAll(() => temporal.close());

/** A ledger in memory that refuses what was told before. */
function aLedger(): {
  readonly records: IssueRecord[];
  readonly recordIssue: (record: IssueRecord) => Promise<boolean>;
} {
  const records: IssueRecord[] = [];
  return {
    records,
    recordIssue: (record) => {
      records.push(record);
      return Promise.resolve(true);
    },
  };
}

describe('the ledger', () => {
  it('is told every plan version, run and audit entry once, in their order', async () => {
    const { records, recordIssue } = aLedger();
    await withIssue(temporal, { recordIssue }, async (issue) => {
      await issue.send('plan');
      await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
      await issue.send('approvePlan', { digest: PLAN_DIGEST });
      await issue.send('implement');
      await issue.settled(({ implementation }) => implementation.state === 'pr_opened');
      await issue.send('cancel').catch(() => undefined);
      await expectSoon(() => records.at(-1)?.progress.implementation.state === 'pr_opened');

      expect(records.flatMap(({ plans }) => plans.map(({ version }) => version))).toEqual([1]);
      expect(records.flatMap(({ runs }) => runs.map(({ phase, sequence }) => [phase, sequence]))).toEqual([
        ['plan', 1],
        ['implement', 2],
      ]);
      const entries = records.flatMap(({ audit }) => audit);
      expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
      expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['plan', 'approvePlan', 'implement']));
      expect(new Set(records.map(({ execution }) => execution)).size).toBe(1);
    });
  });

  it('that is away holds nothing up, and is told when it is back', async () => {
    const { records, recordIssue } = aLedger();
    let away = true;
    const flaky = (record: IssueRecord): Promise<boolean> =>
      away ? Promise.reject(failure('LedgerUnreachable', 'away', { retryable: true })) : recordIssue(record);
    await withIssue(temporal, { recordIssue: flaky }, async (issue) => {
      await issue.send('plan');
      await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
      expect(records).toEqual([]);

      away = false;

      await expectSoon(() => records.at(-1)?.progress.plan.state === 'awaiting_review');
      expect(records.flatMap(({ plans }) => plans)).toHaveLength(1);
    });
  });

  it('that refuses is not asked again before there is more to tell', async () => {
    let asked = 0;
    const recordIssue = (): Promise<boolean> => {
      asked += 1;
      return Promise.reject(failure('LedgerFailed', 'no'));
    };
    await withIssue(temporal, { recordIssue }, async (issue) => {
      await issue.handle.executeUpdate(syncUpdate);
      await expectSoon(() => asked > 0);
      const before = asked;
      await issue.handle.executeUpdate(syncUpdate);

      expect(asked).toBe(before);
    });
  });

  it('that has lost what it was told is told everything again, at the next sync', async () => {
    const { records, recordIssue } = aLedger();
    let isLost = false;
    const losing = async (record: IssueRecord): Promise<boolean> => {
      await recordIssue(record);
      return !isLost || record.toldBefore === 0;
    };
    await withIssue(temporal, { recordIssue: losing }, async (issue) => {
      await issue.send('plan');
      await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
      await expectSoon(() => records.at(-1)?.progress.plan.state === 'awaiting_review');
      const before = records.length;

      isLost = true;
      await issue.handle.executeUpdate(syncUpdate);
      await expectSoon(() => records.length >= before + 2);

      const again = records.at(-1);
      expect(again?.toldBefore).toBe(0);
      expect(again?.plans.map(({ version }) => version)).toEqual([1]);
      expect(again?.runs.map(({ sequence }) => sequence)).toEqual([1]);
      expect(again?.audit[0]?.sequence).toBe(1);
    });
  });

  it('is told the end before the workflow ends', async () => {
    const { records, recordIssue } = aLedger();
    const syncIssue = (): Promise<ReturnType<typeof aSync>> => Promise.resolve(aSync({ state: 'closed' }));
    await withIssue(temporal, { recordIssue, syncIssue }, async (issue) => {
      await issue.handle.result();

      expect(records.at(-1)?.progress.outcome).toBe('closed');
    });
  });

  it('gives a re-opened issue its plan back', async () => {
    const { records, recordIssue } = aLedger();
    await withIssue(temporal, { recordIssue }, async (issue) => {
      await issue.send('plan');
      await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
      await issue.send('approvePlan', { digest: PLAN_DIGEST });
      await expectSoon(() => records.at(-1)?.progress.plan.state === 'approved');
    });
    const progress = records.at(-1)?.progress;
    if (!progress) throw new Error('nothing was recorded');
    const memory = { progress, plans: records.flatMap(({ plans }) => plans) };

    await withIssue(temporal, { recallIssue: () => Promise.resolve(memory) }, async (issue) => {
      await issue.handle.executeUpdate(syncUpdate);
      await issue.send('implement');
      const summary = await issue.settled(({ implementation }) => implementation.state === 'pr_opened');

      expect(summary.plan).toMatchObject({ state: 'approved', version: 1, approvedBy: 'ana' });
      expect(summary.costUsd).toBe(1);
      expect(issue.activities.calls.filter((name) => name === 'runAgent')).toHaveLength(1);
    });
  });
});

async function expectSoon(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
