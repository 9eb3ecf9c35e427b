import { describe, expect, it } from '@jest/globals';
import { createMerge } from '../../../src/domain/stream/merge.ts';
import { createRing } from '../../../src/domain/stream/ring.ts';
import type { RecordId, RunRecord } from '../../../src/domain/stream/run-event.ts';

function started(attempt: number, n: number, after: RecordId | null): RunRecord {
  const who = {
    host: 'a',
    phase: 'implement',
    agent: 'scripted',
    model: null,
    sessionId: 's',
    resumed: false,
  } as const;
  return { attempt, n, at: '2026-01-01T00:00:00Z', event: { type: 'attempt_started', ...who, after } };
}

function text(attempt: number, n: number): RunRecord {
  return { attempt, n, at: '2026-01-01T00:00:00Z', event: { type: 'text', text: `${attempt}/${n}` } };
}

function without(records: readonly RunRecord[], others: readonly RunRecord[]): RunRecord[] {
  const known = new Set(ids(others));
  return records.filter((record) => !known.has(ids([record])[0] ?? ''));
}

const ids = (records: readonly RunRecord[]): string[] => records.map(({ attempt, n }) => `${attempt}/${n}`);

describe('records of a run', () => {
  it('come once and in order, whoever brings them first', () => {
    const merge = createMerge();

    const given = [
      merge.accept([text(1, 3)]),
      merge.accept([started(1, 1, null), text(1, 2)]),
      merge.accept([text(1, 2), text(1, 3), text(1, 4)]),
    ];

    expect(given.map(ids)).toEqual([[], ['1/1', '1/2', '1/3'], ['1/4']]);
    expect(merge.hasGap).toBe(false);
  });

  it('of the next attempt wait for all that it knew of the one before', () => {
    const merge = createMerge();
    merge.accept([started(1, 1, null), text(1, 2)]);

    const early = merge.accept([started(2, 4, { attempt: 1, n: 3 }), text(2, 5)]);
    const hadGap = merge.hasGap;
    const then = merge.accept([text(1, 3)]);

    expect([ids(early), hadGap, ids(then)]).toEqual([[], true, ['1/3', '2/4', '2/5']]);
  });

  it('that an attempt did not know of when it began keep their place in their own attempt', () => {
    const merge = createMerge();
    merge.accept([started(1, 1, null), text(1, 2), text(1, 3)]);

    const next = merge.accept([started(2, 3, { attempt: 1, n: 2 }), text(2, 4)]);
    const late = merge.accept([text(1, 4)]);

    expect([ids(next), ids(late)]).toEqual([['2/3', '2/4'], ['1/4']]);
  });

  it('are given with what is missing left out, once nobody has it', () => {
    const merge = createMerge();
    merge.accept([started(1, 1, null), text(1, 4), text(1, 5)]);

    expect(ids(merge.release())).toEqual(['1/4', '1/5']);
    expect(ids(merge.accept([text(1, 3), text(1, 6)]))).toEqual(['1/6']);
  });
});

/** A small generator with a seed, so that a failure can be had again. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('by chance: heartbeats are lost, workers die, chunks come late and twice', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'a reader sees every record once and in order (seed %i)',
    (seed) => {
      const random = chance(seed);
      const merge = createMerge();
      const ledger: RunRecord[][] = [];
      const seen: RunRecord[] = [];
      const see = (records: readonly RunRecord[]): void => void seen.push(...merge.accept(records));
      let beat: readonly RunRecord[] = [];
      let n = 0;
      let last: RecordId | null = null;

      for (let attempt = 1; attempt <= 4; attempt += 1) {
        const ring = createRing(beat, 4_000);
        // What the one before told, and did not store, is stored by the next.
        const unstored = without(beat, ledger.flat());
        if (unstored.length > 0) ledger.push([...unstored]);
        let unsent: RunRecord[] = [];
        const add = (record: RunRecord): void => void (ring.add(record), unsent.push(record));
        n = last === null ? 0 : last.n;
        add(started(attempt, (n += 1), last));
        for (let count = Math.floor(random() * 30); count > 0; count -= 1) {
          add(text(attempt, (n += 1)));
          if (random() < 0.3) ledger.push(unsent.splice(0));
          if (random() < 0.3) beat = ring.records;
          if (random() < 0.3) see(beat);
          if (random() < 0.1 && ledger.length > 0) see(ledger[Math.floor(random() * ledger.length)] ?? []);
        }
        // A clean end sends everything; a kill loses what was neither told nor stored.
        if (random() < 0.5) ledger.push(unsent.splice(0));
        unsent = [];
        const known = [...ledger.flat(), ...beat].filter((record) => record.attempt === attempt);
        const newest = Math.max(0, ...known.map((record) => record.n));
        if (newest > 0) last = { attempt, n: newest };
      }
      const tail = without(beat, ledger.flat());
      if (tail.length > 0) ledger.push([...tail]);

      see(ledger.flat());

      const all = [...new Map(ledger.flat().map((record) => [ids([record])[0], record])).values()];
      expect(merge.hasGap).toBe(false);
      // Of a killed worker, the reader may have seen what nobody has any more.
      expect(ids(seen)).toEqual(expect.arrayContaining(ids(all)));
      expect(new Set(ids(seen)).size).toBe(seen.length);
      for (const attempt of [1, 2, 3, 4]) {
        const numbers = seen.filter((record) => record.attempt === attempt).map((record) => record.n);
        expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
      }
    },
  );
});
