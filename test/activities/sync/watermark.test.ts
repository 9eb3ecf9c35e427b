import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RepositoryEntry } from '../../../src/activities/sync/dependencies.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { type Bench, IDENTITY } from '../support.ts';
import { type SyncWorld, startSyncWorld, at, range } from './support.ts';

let world: SyncWorld;
let hub: Bench['hub'];
let ledger: Ledger;

beforeAll(async () => {
  world = await startSyncWorld();
  ({ hub, ledger } = world);
});
afterAll(() => world.cleanUp());

describe('the first sync of a repository', () => {
  it('stores every issue, open and closed, with its text', async () => {
    const hello = await world.repositoryWith(3);
    hub.seed.closeIssue(hello.name, 2);

    const [result] = await hello.sync();

    expect(result).toEqual({
      repository: hello.name,
      renamedFrom: null,
      archived: false,
      outcome: 'complete',
      issues: { read: 3, added: 3, changed: 0, closed: 0, reopened: 0, gone: 0 },
      failure: null,
    });
    expect(await hello.issues(hello.id)).toMatchObject([
      { number: 1, state: 'open', title: 'Issue 1' },
      { number: 2, state: 'closed' },
      { number: 3, state: 'open' },
    ]);
    const body = await ledger.issues.body({ repositoryId: hello.id, repository: hello.name, number: 3 });
    expect(body).toBe('Text 3');
  });

  it('stores 2,500 issues, page by page', async () => {
    const big = await world.repositoryWith(2_500);

    const [result] = await big.sync();

    expect(result?.issues).toMatchObject({ read: 2_500, added: 2_500 });
    expect(await big.numbers(big.id)).toEqual(range(2_500));
    expect(big.requests()).toEqual(['LookAtRepositories', ...range(25).map(() => 'ListIssues')]);
  });

  it('notes how far it came: to the newest issue', async () => {
    const hello = await world.repositoryWith(3);

    await hello.sync();

    expect(await hello.watermark(hello.id)).toBe(at(3_000));
  });

  it('of an empty repository is complete, too', async () => {
    const empty = await world.repositoryWith(0);

    expect(await empty.sync()).toMatchObject([{ outcome: 'complete', issues: { read: 0 } }]);
    expect(await empty.sync()).toMatchObject([{ outcome: 'unchanged' }]);
  });
});

describe('a further sync', () => {
  it('asks for nothing more where nothing has changed', async () => {
    const hello = await world.repositoryWith(150);
    await hello.sync();
    hello.requests();

    const [result] = await hello.sync();

    expect(result).toMatchObject({ outcome: 'unchanged', issues: { read: 0 } });
    expect(hello.requests()).toEqual(['LookAtRepositories']);
  });

  it('of 100 repositories that have not changed takes 2 requests', async () => {
    const entries: RepositoryEntry[] = [];
    for (let index = 0; index < 100; index += 1) {
      const { name, entry } = await world.addRepository();
      hub.seed.addIssue(name, { title: 'One', createdAt: at(0) });
      entries.push(entry);
    }
    const hundred = world.together(entries);
    await hundred.sync();
    hub.resetRequests();

    const results = await hundred.sync();

    expect(results.map(({ outcome }) => outcome)).toEqual(entries.map(() => 'unchanged'));
    expect(hub.requests).toHaveLength(2);
  });

  it('reads only what has changed since', async () => {
    const hello = await world.repositoryWith(250);
    await hello.sync();
    hub.seed.editIssue(hello.name, 7, { body: 'Now clearer' });
    hub.seed.closeIssue(hello.name, 8);
    hello.requests();

    const [result] = await hello.sync();

    // The newest issue of the sync before comes again: another one may have been updated in its second.
    expect(result?.issues).toEqual({ read: 3, added: 0, changed: 1, closed: 1, reopened: 0, gone: 0 });
    expect(hello.requests()).toEqual(['LookAtRepositories', 'ListIssues']);
    expect((await hello.issues(hello.id))[7]?.state).toBe('closed');
  });

  it('sees that an issue is open again', async () => {
    const hello = await world.repositoryWith(2);
    hub.seed.closeIssue(hello.name, 1);
    await hello.sync();
    hub.seed.reopenIssue(hello.name, 1);

    expect(await hello.sync()).toMatchObject([{ issues: { reopened: 1, closed: 0 } }]);
    expect((await hello.issues(hello.id))[0]).toMatchObject({ state: 'open', closedAt: null });
  });

  it('sees two updates of the same second, one before and one after the sync', async () => {
    const hello = await world.repositoryWith(1);
    const createdAt = hub.clock.now();
    hub.seed.addIssue(hello.name, { title: 'Before', createdAt });
    await hello.sync();

    // GitHub's times have whole seconds: nothing newer is to be seen, and the number of issues is what it was.
    hub.seed.deleteIssue(hello.name, 1);
    hub.seed.addIssue(hello.name, { title: 'After', createdAt });
    await hello.sync();

    expect(await hello.numbers(hello.id)).toEqual([2, 3]);
  });

  it('that is to read everything again finds what neither dates nor numbers betray', async () => {
    const hello = await world.repositoryWith(120);
    await hello.sync();
    hub.seed.deleteIssue(hello.name, 2);
    hub.seed.addIssue(hello.name, { title: 'From afar', createdAt: '2020-01-01T00:00:00Z' });
    expect(await hello.sync()).toMatchObject([{ outcome: 'unchanged' }]);
    hello.requests();

    const [result] = await hello.sync({ anew: true });

    expect(result).toMatchObject({ outcome: 'complete', issues: { read: 120, added: 1, changed: 0, gone: 1 } });
    expect(hello.requests().filter((operation) => operation === 'ListIssues')).toHaveLength(2);
    expect(await hello.numbers(hello.id)).toEqual(range(121).filter((number) => number !== 2));
  });
});

describe('what a filter leaves out', () => {
  it.each([
    { what: 'a label', filter: { labels: ['bug'] }, numbers: [4, 5, 6] },
    { what: 'no such label', filter: { notLabels: ['BUG'] }, numbers: [1, 2, 3, 7] },
    { what: 'a label and no other', filter: { labels: ['bug'], notLabels: ['wontfix'] }, numbers: [4, 5] },
    { what: 'an assignee', filter: { assignee: 'ana' }, numbers: [5] },
    { what: 'ourselves', filter: { assignee: '@me' }, numbers: [7] },
    { what: 'a state', filter: { state: 'closed' }, numbers: [1] },
    { what: 'a moment', filter: { since: at(60_000) }, numbers: [1] },
    { what: 'words', filter: { search: '"issue 3"' }, numbers: [3] },
    { what: 'words and a label', filter: { search: 'issue', labels: ['wontfix'] }, numbers: [6] },
  ] as const)('$what: is read by the next full sync', async ({ filter, numbers }) => {
    const hello = await world.repositoryWith(3);
    hello.add(1, { labels: ['bug'] });
    hello.add(1, { labels: ['bug'], assignees: ['ana'] });
    hello.add(1, { labels: ['bug', 'wontfix'] });
    hello.add(1, { assignees: [IDENTITY] });
    hub.seed.closeIssue(hello.name, 1);

    const [filtered] = await hello.sync({ filter });

    expect(filtered).toMatchObject({ outcome: 'filtered', issues: { read: numbers.length, added: numbers.length } });
    expect(await hello.numbers(hello.id)).toEqual(numbers);
    expect(await hello.watermark(hello.id)).toBeNull();
    const [full] = await hello.sync();
    expect(full).toMatchObject({ outcome: 'complete', issues: { added: 7 - numbers.length } });
    expect(await hello.numbers(hello.id)).toEqual(range(7));
  });

  it('is read by the next full sync also where the repository had been read before', async () => {
    const hello = await world.repositoryWith(5);
    await hello.sync();
    const before = await hello.watermark(hello.id);
    hub.seed.editIssue(hello.name, 2, { title: 'Not in the filter' });
    hub.seed.setLabels(hello.name, 3, ['bug']);

    await hello.sync({ filter: { labels: ['bug'] } });

    expect(await hello.watermark(hello.id)).toBe(before);
    expect((await hello.issues(hello.id))[1]?.title).toBe('Issue 2');
    await hello.sync();
    expect((await hello.issues(hello.id))[1]?.title).toBe('Not in the filter');
  });

  it('is nothing where the ledger already has everything', async () => {
    const hello = await world.repositoryWith(5);
    await hello.sync();
    hello.requests();

    expect(await hello.sync({ filter: { labels: ['bug'] } })).toMatchObject([{ outcome: 'unchanged' }]);
    expect(hello.requests()).toEqual(['LookAtRepositories']);
  });

  it('is never decided by what people write', async () => {
    const hello = await world.repositoryWith(0);
    hub.seed.addIssue(hello.name, { title: 'assignee:@me', body: `assignee: @me, ${IDENTITY}` });

    expect(await hello.sync({ filter: { assignee: '@me' } })).toMatchObject([{ issues: { read: 0 } }]);
  });
});

describe('one issue that was read alone', () => {
  it('is no reason to believe that the others are known', async () => {
    const hello = await world.repositoryWith(150);
    await ledger.repositories.mirror([{ ...hello.entry, id: hello.id }]);
    const { id } = hub.repository(hello.name).issue(150);
    const newest = (await world.bench.github.issuesById([id])).get(id);
    await ledger.issues.store(hello.id, newest ? [newest] : []);
    expect(await hello.numbers(hello.id)).toEqual([150]);

    await hello.sync();

    expect(await hello.numbers(hello.id)).toEqual(range(150));
  });
});

describe('two syncs at once', () => {
  it('come to the same as one', async () => {
    const hello = await world.repositoryWith(350);

    const results = await Promise.all([hello.sync(), hello.sync()]);

    expect(results.flat().map(({ outcome }) => outcome)).toEqual(['complete', 'complete']);
    expect(await hello.numbers(hello.id)).toEqual(range(350));
    expect(await hello.watermark(hello.id)).toBe(at(350_000));
  });

  it('never move the watermark back', async () => {
    const hello = await world.repositoryWith(5);
    await hello.sync();
    const slow = hello.attempt({
      onRequest: async (operation) => {
        if (operation === 'ListIssues') await fast;
      },
      anew: true,
    });
    hello.add(2);
    const fast = hello.sync();

    await Promise.all([fast, slow.result]);

    expect(await hello.watermark(hello.id)).toBe(at(7_000));
    expect(await hello.sync()).toMatchObject([{ outcome: 'unchanged' }]);
  });
});
