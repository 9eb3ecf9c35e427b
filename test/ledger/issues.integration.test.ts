import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConfiguredRepository, Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { TestLedger } from '../setup/ledger.ts';
import { aConfiguredRepository, addressOf, aRecord, aSyncedIssue, engines, orders } from './support.ts';

describe.each(engines)('issues in %s', (_name, create) => {
  let place: TestLedger;
  let ledger: Ledger;
  let repository: ConfiguredRepository;

  beforeAll(async () => {
    place = await create();
    ledger = await openLedger(place.url);
  });
  afterAll(async () => {
    await ledger.close();
    await place.remove();
  });
  beforeEach(async () => {
    repository = aConfiguredRepository();
    await ledger.repositories.mirror([repository]);
  });

  async function shown(number = 42) {
    const { issues } = ledger;
    const address = addressOf(repository, number);
    return { issue: await issues.find(address), body: await issues.body(address) };
  }

  it('are there as the listing showed them, by node id and by name in any spelling', async () => {
    const { body, ...listed } = aSyncedIssue();

    expect(await ledger.issues.store(repository.id, [{ ...listed, body }])).toEqual([{ number: 42, change: 'added' }]);

    const expected = {
      ...listed,
      repositoryId: repository.id,
      repository: repository.name,
      gone: null,
      progress: null,
    };
    const byName = { repositoryId: null, repository: repository.name.toUpperCase(), number: 42 };
    for (const address of [addressOf(repository), byName]) {
      expect(await ledger.issues.find(address)).toEqual(expected);
      expect(await ledger.issues.body(address)).toBe(body);
    }
    expect(await ledger.issues.find(addressOf(repository, 43))).toBeNull();
    expect(await ledger.issues.body({ ...byName, repository: 'octo/nobody-knows' })).toBeNull();
  });

  it('are stored twice as once', async () => {
    const issues = [1, 2, 3].map((number) => aSyncedIssue({ number }));
    await ledger.issues.store(repository.id, issues);
    const once = await shown(2);

    const changes = await ledger.issues.store(repository.id, [...issues, ...issues]);

    expect(changes).toEqual([1, 2, 3].map((number) => ({ number, change: 'none' })));
    expect(await shown(2)).toEqual(once);
  });

  const listings = [
    aSyncedIssue({ title: 'first', updatedAt: '2026-01-02T00:00:00Z' }),
    aSyncedIssue({ title: 'second', body: 'longer', labels: [], updatedAt: '2026-01-03T00:00:00Z' }),
    aSyncedIssue({
      title: 'third',
      state: 'closed',
      closedAt: '2026-01-04T00:00:00Z',
      updatedAt: '2026-01-04T00:00:00Z',
    }),
    aSyncedIssue({ title: 'fourth', milestone: null, updatedAt: '2026-01-05T00:00:00.001Z' }),
  ];

  it('are as the newest listing showed them, in whatever order listings come', async () => {
    for (const order of orders(listings)) {
      const place = aConfiguredRepository();
      await ledger.repositories.mirror([place]);

      for (const listing of order) await ledger.issues.store(place.id, [listing]);

      expect(await ledger.issues.find(addressOf(place))).toMatchObject({
        title: 'fourth',
        state: 'open',
        milestone: null,
        closedAt: null,
        updatedAt: '2026-01-05T00:00:00.001Z',
      });
    }
  });

  it('are as the newest listing showed them, when all come at once', async () => {
    await Promise.all(listings.map((listing) => ledger.issues.store(repository.id, [listing])));

    expect((await shown()).issue).toMatchObject({ title: 'fourth', state: 'open' });
  });

  it('say what a listing changed', async () => {
    const store = async (over: Parameters<typeof aSyncedIssue>[0]) =>
      (await ledger.issues.store(repository.id, [aSyncedIssue(over)]))[0]?.change;
    const closedAt = '2026-01-03T00:00:00Z';

    expect(await store({})).toBe('added');
    // A label's new name makes no issue newer.
    expect(await store({ labels: ['ghw', 'starter'] })).toBe('changed');
    expect(await store({ labels: ['ghw', 'starter'], state: 'closed', closedAt, updatedAt: closedAt })).toBe('closed');
    expect(await store({ title: 'older' })).toBe('none');
    expect(await store({ updatedAt: '2026-01-04T00:00:00Z' })).toBe('reopened');
    expect(await store({ updatedAt: '2026-01-05T00:00:00Z', title: 'Greet' })).toBe('changed');
    await ledger.issues.markGone(repository.id, 42, { how: 'deleted' });
    expect(await store({ updatedAt: '2026-01-05T00:00:00Z', title: 'Greet' })).toBe('added');
    expect((await shown()).issue).toMatchObject({ gone: null, title: 'Greet' });
  });

  it('that are gone are known as that, and listed only when all are asked for', async () => {
    await ledger.issues.store(
      repository.id,
      [1, 2, 3].map((number) => aSyncedIssue({ number })),
    );
    const to = { repository: 'octo/elsewhere', number: 7 };

    for (let times = 0; times < 2; times += 1) {
      await ledger.issues.markGone(repository.id, 1, { how: 'deleted' });
      await ledger.issues.markGone(repository.id, 2, { how: 'transferred', to });
    }

    expect((await shown(1)).issue?.gone).toEqual({ how: 'deleted' });
    expect((await shown(2)).issue?.gone).toEqual({ how: 'transferred', to });
    expect(await ledger.issues.known(repository.id)).toEqual([{ number: 3, id: 'I_3' }]);
    const listed = { repositoryIds: [repository.id] };
    expect((await ledger.issues.list(listed)).map(({ number }) => number)).toEqual([3]);
    expect(await ledger.issues.list({ ...listed, state: 'all' })).toHaveLength(3);
  });

  it('are listed by state and repository, the newest change first', async () => {
    const days = [3, 1, 2, 5, 4];
    await ledger.issues.store(
      repository.id,
      days.map((day) =>
        aSyncedIssue({ number: day, updatedAt: `2026-01-0${day}T00:00:00Z`, state: day % 2 ? 'open' : 'closed' }),
      ),
    );
    const numbers = async (filter: Parameters<Ledger['issues']['list']>[0]) =>
      (await ledger.issues.list({ repositoryIds: [repository.id], ...filter })).map(({ number }) => number);

    expect(await numbers({})).toEqual([5, 3, 1]);
    expect(await numbers({ state: 'closed' })).toEqual([4, 2]);
    expect(await numbers({ state: 'all' })).toEqual([5, 4, 3, 2, 1]);
    expect(await numbers({ state: 'all', limit: 2 })).toEqual([5, 4]);
    expect(await numbers({ repositoryIds: [] })).toEqual([]);
    expect((await ledger.issues.list()).length).toBeGreaterThanOrEqual(3);
  });

  it('may hold anything that a person can type, and what none can', async () => {
    const nasty = 'NUL\0 half\ud83d \udcffhalf "quoted" \\u0000 {a,b} \u001b[31m \u{1F600}';
    const clean = nasty.replaceAll(/[\0\ud83d\udcff](?!\ude00)/g, '\uFFFD');

    await ledger.issues.store(repository.id, [
      aSyncedIssue({ title: nasty, body: nasty, author: nasty, labels: [nasty, ''], assignees: [], milestone: nasty }),
    ]);
    const again = await ledger.issues.store(repository.id, [
      aSyncedIssue({ title: nasty, body: nasty, author: nasty, labels: [nasty, ''], assignees: [], milestone: nasty }),
    ]);

    const { issue, body } = await shown();
    expect(issue).toMatchObject({ title: clean, author: clean, labels: [clean, ''], assignees: [], milestone: clean });
    expect(body).toBe(clean);
    expect(again).toEqual([{ number: 42, change: 'none' }]);
  });

  it('may be long: 40,000 emoji each', async () => {
    const body = '\u{1F680}'.repeat(40_000);

    await ledger.issues.store(
      repository.id,
      Array.from({ length: 60 }, (_, index) => aSyncedIssue({ number: index + 1, body })),
    );

    expect((await shown(60)).body).toBe(body);
  });

  it('of a repository that the ledger does not know are refused, all of them', async () => {
    await expect(ledger.issues.store('R_nobody', [aSyncedIssue()])).rejects.toMatchObject({
      name: 'LedgerFailed',
      retryable: false,
      hint: expect.stringContaining('ghw repositories list') as unknown,
    });
  });

  it('are stored all or not at all', async () => {
    const broken = aSyncedIssue({ number: 900, updatedAt: 'yesterday' });
    const many = Array.from({ length: 700 }, (_, index) => aSyncedIssue({ number: index + 1 }));

    await expect(ledger.issues.store(repository.id, [...many, broken])).rejects.toMatchObject({ name: 'LedgerFailed' });

    expect(await ledger.issues.known(repository.id)).toEqual([]);
  });

  it('are stored by two at once in opposite orders, with records between', async () => {
    const numbers = Array.from({ length: 1200 }, (_, index) => index + 1);
    const listing = (day: string) =>
      numbers.map((number) => aSyncedIssue({ number, updatedAt: `2026-01-${day}T00:00:00Z` }));
    const other = await openLedger(place.url);
    try {
      await Promise.all([
        ledger.issues.store(repository.id, listing('02')),
        other.issues.store(repository.id, listing('03').reverse()),
        ...numbers.slice(0, 10).map((number) => {
          const { body: _body, ...listed } = aSyncedIssue({ number, updatedAt: '2026-01-04T00:00:00Z' });
          return other.issues.record(aRecord(repository, { issue: addressOf(repository, number), listed }));
        }),
      ]);
    } finally {
      await other.close();
    }

    const stored = await ledger.issues.list({ repositoryIds: [repository.id] });
    expect(stored).toHaveLength(1200);
    expect(stored.filter(({ progress }) => progress).map(({ updatedAt }) => updatedAt)).toEqual(
      Array(10).fill('2026-01-04T00:00:00Z'),
    );
    expect(new Set(stored.slice(10).map(({ updatedAt }) => updatedAt))).toEqual(new Set(['2026-01-03T00:00:00Z']));
  });

  it('may be 10,000', async () => {
    const issues = Array.from({ length: 10_000 }, (_, index) => aSyncedIssue({ number: index + 1 }));

    const changes = await ledger.issues.store(repository.id, issues);
    const listed = await ledger.issues.list({ repositoryIds: [repository.id], state: 'all' });

    expect(changes.filter(({ change }) => change === 'added')).toHaveLength(10_000);
    expect(new Set(listed.map(({ number }) => number)).size).toBe(10_000);
    expect(await ledger.issues.known(repository.id)).toHaveLength(10_000);
  });
});
