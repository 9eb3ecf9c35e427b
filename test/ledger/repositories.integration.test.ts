import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { TestLedger } from '../setup/ledger.ts';
import { aConfiguredRepository, aRecord, aSyncedIssue, addressOf, engines } from './support.ts';

describe.each(engines)('repositories in %s', (_name, create) => {
  let place: TestLedger;
  let ledger: Ledger;
  let other: Ledger;

  beforeAll(async () => {
    place = await create();
    ledger = await openLedger(place.url);
    other = await openLedger(place.url);
  });
  afterAll(async () => {
    await ledger.close();
    await other.close();
    await place.remove();
  });

  it('are those of the configuration; what is no longer there stays, and is not active', async () => {
    const [kept, changed, removed] = [aConfiguredRepository(), aConfiguredRepository(), aConfiguredRepository()];
    await ledger.repositories.mirror([kept, changed, removed]);
    const isNow = { ...changed, priority: 1, active: false };

    await ledger.repositories.mirror([kept, isNow]);
    await ledger.repositories.mirror([kept, isNow]);

    expect(await ledger.repositories.find(kept.id)).toMatchObject(kept);
    expect(await ledger.repositories.find(changed.id)).toMatchObject(isNow);
    expect(await ledger.repositories.find(removed.id)).toMatchObject({ ...removed, active: false });
    expect((await ledger.repositories.list()).filter(({ active }) => active).map(({ id }) => id)).toEqual([kept.id]);
  });

  it('can be none at all, and one that is named twice is one', async () => {
    const twice = aConfiguredRepository();

    await ledger.repositories.mirror([twice, { ...twice, name: 'Octo/other-name' }]);
    expect(await ledger.repositories.find(twice.id)).toMatchObject(twice);

    await ledger.repositories.mirror([]);
    expect((await ledger.repositories.list()).some(({ active }) => active)).toBe(false);
  });

  it('are found by node id, by name in any spelling, and by the name before a rename', async () => {
    const repository = aConfiguredRepository();
    await ledger.repositories.mirror([repository]);
    const renamed = `${repository.name}-new`;

    await ledger.repositories.observe([
      {
        id: repository.id,
        nameWithOwner: renamed,
        problem: null,
        at: '2026-01-02T00:00:00Z',
      },
    ]);

    for (const name of [repository.id, renamed.toUpperCase(), repository.name.toLowerCase()]) {
      expect(await ledger.repositories.find(name)).toMatchObject({ ...repository, nameWithOwner: renamed });
    }
    expect(await ledger.repositories.find('octo/nobody-knows')).toBeNull();
    expect(await ledger.repositories.find('octo/\0')).toBeNull();
  });

  it('are found many at once, as one alone is', async () => {
    const [old, fresh, other] = [aConfiguredRepository(), aConfiguredRepository(), aConfiguredRepository()];
    await ledger.repositories.mirror([old, { ...fresh, name: old.name }, other]);
    const at = '2026-01-02T00:00:00Z';
    const moved = `${old.name}-moved`;

    const stand = await ledger.repositories.observe([
      { id: old.id, nameWithOwner: moved, problem: null, at },
      { id: other.id, problem: 'not found', at },
    ]);

    expect(stand).toHaveLength(2);
    expect(stand).toEqual(
      expect.arrayContaining([
        { id: old.id, name: old.name, problem: null, syncedAt: at },
        { id: other.id, name: other.name, problem: 'not found', syncedAt: null },
      ]),
    );
    const names = [old.name.toUpperCase(), moved, other.name];
    const ids = await ledger.repositories.ids([...names, 'octo/nobody-knows', 'octo/\0']);
    expect(Object.fromEntries(ids)).toEqual({ [names[0] ?? '']: fresh.id, [moved]: old.id, [other.name]: other.id });
    for (const [name, id] of ids) expect((await ledger.repositories.find(name))?.id).toBe(id);
  });

  it('that took over the name of another are meant by it', async () => {
    const [old, fresh] = [aConfiguredRepository(), aConfiguredRepository()];
    await ledger.repositories.mirror([old, { ...fresh, name: old.name }]);

    await ledger.repositories.observe([
      {
        id: old.id,
        nameWithOwner: `${old.name}-moved`,
        problem: null,
        at: '2026-01-02T00:00:00Z',
      },
    ]);

    expect(await ledger.repositories.find(old.name)).toMatchObject({ id: fresh.id });
  });

  it('show the newest look, whichever came last', async () => {
    const repository = aConfiguredRepository();
    await ledger.repositories.mirror([repository]);
    const { id } = repository;

    await ledger.repositories.observe([{ id, archived: true, problem: null, at: '2026-01-03T00:00:00Z' }]);
    await ledger.repositories.observe([{ id, archived: false, problem: 'gone', at: '2026-01-02T00:00:00Z' }]);
    expect(await ledger.repositories.find(id)).toMatchObject({
      archived: true,
      problem: null,
      syncedAt: '2026-01-03T00:00:00Z',
    });

    await ledger.repositories.observe([{ id, problem: 'not found', at: '2026-01-04T00:00:00Z' }]);
    expect(await ledger.repositories.find(id)).toMatchObject({
      archived: true,
      problem: 'not found',
      syncedAt: '2026-01-03T00:00:00Z',
    });
  });

  it('have a watermark that one of two moves, however often it is tried', async () => {
    const { id, ...rest } = aConfiguredRepository();
    await ledger.repositories.mirror([{ id, ...rest }]);
    let from: string | null = null;

    for (const day of ['02', '03', '04', '05', '06']) {
      const to = `2026-01-${day}T00:00:00Z`;
      const moved = await Promise.all(
        [ledger, other, ledger, other].map((who) => who.repositories.moveWatermark({ id, from, to })),
      );

      expect(moved.filter(Boolean)).toHaveLength(1);
      from = (await ledger.repositories.find(id))?.watermark ?? null;
      expect(from).toBe(to);
    }
    expect(await ledger.repositories.moveWatermark({ id, from: null, to: '2026-02-01T00:00:00Z' })).toBe(false);
  });

  it('take over what was recorded before anybody knew their node id', async () => {
    const repository = aConfiguredRepository();
    const unknown = { repositoryId: null, repository: repository.name.toUpperCase(), number: 42 };
    await ledger.issues.record(aRecord(repository, { issue: unknown }));
    expect(await ledger.repositories.find(repository.name)).toBeNull();
    expect(await ledger.issues.recall(addressOf(repository))).not.toBeNull();

    await ledger.repositories.mirror([repository]);

    expect(await ledger.issues.find(addressOf(repository))).toMatchObject({ repositoryId: repository.id, number: 42 });
    expect(await ledger.repositories.find(repository.name)).toMatchObject({ id: repository.id, issueCount: 1 });
  });

  it('count their issues, without those that are gone', async () => {
    const repository = aConfiguredRepository();
    await ledger.repositories.mirror([repository]);
    await ledger.issues.store(
      repository.id,
      [1, 2, 3].map((number) => aSyncedIssue({ number })),
    );

    await ledger.issues.markGone(repository.id, 2, { how: 'deleted' });

    expect(await ledger.repositories.find(repository.id)).toMatchObject({ issueCount: 2 });
  });
});
