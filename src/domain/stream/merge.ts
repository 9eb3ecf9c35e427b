import type { RecordId, RunRecord } from './run-event.ts';

/** Brings the records of one run together, from wherever they come, and gives each once and in order. */
export interface StreamMerge {
  /** Takes records in any order, also ones that it had; returns those whose turn it now is. */
  accept(records: readonly RunRecord[]): readonly RunRecord[];
  /** True while there are records whose predecessors are missing. */
  readonly hasGap: boolean;
  /** Gives up on what is missing: all that waits, in order. */
  release(): readonly RunRecord[];
  /** Records that were given, by attempt: the number of the last one. */
  readonly given: ReadonlyMap<number, number>;
}

/** Nothing waits for a record for longer than this many others. */
const MAX_WAITING = 20_000;

export function createMerge(): StreamMerge {
  /** By attempt and number. */
  const waiting = new Map<number, Map<number, RunRecord>>();
  const given = new Map<number, number>();
  let size = 0;

  function keep(record: RunRecord): void {
    if (record.n <= (given.get(record.attempt) ?? 0)) return;
    const numbers = waiting.get(record.attempt) ?? new Map<number, RunRecord>();
    const before = numbers.get(record.n);
    // What comes with the agent's line says more.
    if (before?.line === undefined) numbers.set(record.n, record);
    if (before === undefined) size += 1;
    waiting.set(record.attempt, numbers);
  }

  function take({ attempt, n }: RecordId): RunRecord | undefined {
    const record = waiting.get(attempt)?.get(n);
    if (record === undefined) return undefined;
    waiting.get(attempt)?.delete(n);
    size -= 1;
    given.set(attempt, n);
    return record;
  }

  /** The record that an attempt gives next; undefined if it is not here, or must wait for one of an earlier attempt. */
  function next(attempt: number): RunRecord | undefined {
    const last = given.get(attempt);
    if (last !== undefined) return take({ attempt, n: last + 1 });
    const first = Math.min(...(waiting.get(attempt)?.keys() ?? []));
    const record = waiting.get(attempt)?.get(first);
    if (record?.event.type !== 'attempt_started') return undefined;
    const { after } = record.event;
    if (after !== null && (given.get(after.attempt) ?? 0) < after.n) return undefined;
    return take({ attempt, n: first });
  }

  function inOrder(): RunRecord[] {
    const turn: RunRecord[] = [];
    for (const attempt of [...waiting.keys()].sort((a, b) => a - b)) {
      for (let record = next(attempt); record; record = next(attempt)) turn.push(record);
    }
    return turn;
  }

  function release(): readonly RunRecord[] {
    const all: RunRecord[] = [];
    for (const attempt of [...waiting.keys()].sort((a, b) => a - b)) {
      const numbers = [...(waiting.get(attempt)?.keys() ?? [])].sort((a, b) => a - b);
      all.push(...numbers.flatMap((n) => take({ attempt, n }) ?? []));
    }
    return all;
  }

  return {
    accept(records) {
      for (const record of records) keep(record);
      const turn = inOrder();
      return size > MAX_WAITING ? [...turn, ...release()] : turn;
    },
    get hasGap() {
      return size > 0;
    },
    release,
    given,
  };
}
