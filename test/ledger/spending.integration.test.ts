import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Ledger, RunSpending } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { TestLedger } from '../setup/ledger.ts';
import { aConfiguredRepository, engines } from './support.ts';

const DAY = '2026-03-15T00:00:00.000Z';
const since = { repository: '2026-03-01T00:00:00.000Z', day: DAY };

describe.each(engines)('spending in %s', (_, create) => {
  let place: TestLedger;
  let ledger: Ledger;

  beforeAll(async () => {
    place = await create();
    ledger = await openLedger(place.url);
  });
  afterAll(async () => {
    await ledger.close();
    await place.remove();
  });

  function aRun(repository: string, over: Partial<RunSpending> & { readonly number?: number } = {}): RunSpending {
    const { number = 1, ...rest } = over;
    const issue = { repository, repositoryId: null, number };
    return { key: 'run-1', issue, startedAt: '2026-03-15T10:00:00.000Z', costUsd: 0, since, ...rest };
  }

  it('of one run is told again and again, and counts once; it never goes back', async () => {
    const { name } = aConfiguredRepository();
    let ownUsd = 0;
    for (const costUsd of [0, 0.5, 0.5, 0.25])
      ({ ownUsd } = await ledger.spending.book(aRun(name, { key: `${name}/1`, costUsd })));

    const others = await ledger.spending.book(aRun(name, { key: `${name}/2`, costUsd: 3 }));

    expect(ownUsd).toBe(0.5);
    expect(others.issueUsd).toBe(0.5);
    expect((await ledger.spending.of(aRun(name).issue, since)).issueUsd).toBe(3.5);
  });

  it('counts by issue, by repository since the beginning of its period, and by day', async () => {
    const { name } = aConfiguredRepository();
    const other = aConfiguredRepository().name;
    const before = (await ledger.spending.of(aRun(name).issue, since)).dayUsd;
    const book = async (key: string, repository: string, more: Parameters<typeof aRun>[1]) =>
      await ledger.spending.book(aRun(repository, { key: `${name}/${key}`, ...more }));
    await book('today', name, { costUsd: 1 });
    await book('another issue', name, { costUsd: 2, number: 2 });
    await book('this month', name, { costUsd: 4, startedAt: '2026-03-02T10:00:00.000Z' });
    await book('long ago', name, { costUsd: 8, startedAt: '2026-01-01T10:00:00.000Z' });
    await book('elsewhere', other, { costUsd: 16 });

    const spent = await ledger.spending.of(aRun(name).issue, since);

    expect(spent).toEqual({ issueUsd: 13, repositoryUsd: 7, dayUsd: before + 19 });
    const ever = { ...since, repository: null };
    expect((await ledger.spending.of(aRun(name).issue, ever)).repositoryUsd).toBe(15);
  });

  it('is nothing for an issue that nobody knows', async () => {
    expect(await ledger.spending.of(aRun('octo/nobody').issue, since)).toMatchObject({ issueUsd: 0, repositoryUsd: 0 });
  });
});
