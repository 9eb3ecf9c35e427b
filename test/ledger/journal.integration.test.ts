import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Ledger, LedgerAuditEntry, LedgerCycle } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { TestLedger } from '../setup/ledger.ts';
import { engines, orders } from './support.ts';

describe.each(engines)('the journal in %s', (_name, create) => {
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

  function anEntry(over: Partial<LedgerAuditEntry> = {}): LedgerAuditEntry {
    return {
      entityType: 'configuration',
      entityId: randomUUID(),
      at: '2026-01-02T00:00:00Z',
      action: 'set',
      by: 'ana',
      door: 'cli',
      detail: 'sync.labels',
      ...over,
    };
  }

  it('holds an audit entry once, however often and by however many it is added', async () => {
    const entry = anEntry();
    const key = randomUUID();

    await Promise.all([1, 2, 3].map(() => ledger.audit.add(key, entry)));
    await ledger.audit.add(key, { ...entry, detail: 'something else' });

    expect(await ledger.audit.list({ entityId: entry.entityId })).toEqual([entry]);
  });

  it('tells audit entries by what they are about and since when, the newest first', async () => {
    const entityId = randomUUID();
    const entries = [2, 4, 3].map((day) => anEntry({ entityId, at: `2026-01-0${day}T00:00:00Z` }));
    for (const entry of entries) await ledger.audit.add(randomUUID(), entry);
    await ledger.audit.add(randomUUID(), anEntry({ entityId, entityType: 'cycle' }));

    const days = async (filter: object) =>
      (await ledger.audit.list({ entityType: 'configuration', entityId: entityId.toUpperCase(), ...filter })).map(
        ({ at }) => Number(at.slice(8, 10)),
      );
    expect(await days({})).toEqual([4, 3, 2]);
    expect(await days({ since: '2026-01-03T00:00:00Z' })).toEqual([4, 3]);
    expect(await days({ limit: 1 })).toEqual([4]);
    expect(await ledger.audit.list({ entityType: 'repository', entityId: "'; DROP SCHEMA ghw; --" })).toEqual([]);
  });

  it('holds a cycle as it was told last, and one that is over stays over', async () => {
    const id = randomUUID();
    const running: LedgerCycle = {
      id,
      name: `nightly-${id}`,
      startedAt: '2026-01-02T00:00:00Z',
      endedAt: null,
      outcome: 'running',
      result: { counts: { plan: 1 } },
    };
    const further: LedgerCycle = { ...running, result: { counts: { plan: 2 }, text: 'a\0\ud83d', 'k\0': [] } };
    const over: LedgerCycle = { ...running, endedAt: '2026-01-02T01:00:00Z', outcome: 'done', result: null };

    await ledger.cycles.record(running);
    await ledger.cycles.record(further);
    await ledger.cycles.record(further);
    expect(await ledger.cycles.list({ name: running.name })).toEqual([
      { ...running, result: { counts: { plan: 2 }, text: 'a\uFFFD\uFFFD', 'k\uFFFD': [] } },
    ]);

    for (const order of orders([running, further, over])) {
      const other = randomUUID();
      for (const cycle of order) await ledger.cycles.record({ ...cycle, id: other, name: other });
      expect(await ledger.cycles.list({ name: other })).toEqual([{ ...over, id: other, name: other }]);
    }
  });

  it('tells cycles of a name, the newest first', async () => {
    const name = randomUUID();
    for (const day of [3, 5, 4]) {
      const startedAt = `2026-01-0${day}T00:00:00Z`;
      await ledger.cycles.record({
        id: randomUUID(),
        name,
        startedAt,
        endedAt: null,
        outcome: 'running',
        result: null,
      });
    }

    const days = (await ledger.cycles.list({ name, limit: 2 })).map(({ startedAt }) => Number(startedAt.slice(8, 10)));

    expect(days).toEqual([5, 4]);
    expect((await ledger.cycles.list()).length).toBeGreaterThanOrEqual(3);
  });
});
