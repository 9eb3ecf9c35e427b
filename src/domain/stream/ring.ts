import type { RunRecord } from './run-event.ts';

/** Bytes of a heartbeat's newest records, as JSON. A heartbeat as a whole stays below 64 KB. */
export const RING_BYTES = 56 * 1024;

/** The newest records of a run, as many as a heartbeat carries. */
export interface Ring {
  add(record: RunRecord): void;
  /** Oldest first, without the agent's lines. */
  readonly records: readonly RunRecord[];
}

/** @param seed - records to begin with, oldest first */
export function createRing(seed: readonly RunRecord[] = [], maxBytes = RING_BYTES): Ring {
  const kept: { readonly record: RunRecord; readonly bytes: number }[] = [];
  let total = 0;

  function add({ line: _line, ...record }: RunRecord): void {
    const bytes = byteLength(JSON.stringify(record)) + 1;
    kept.push({ record, bytes });
    total += bytes;
    while (total > maxBytes) total -= kept.shift()?.bytes ?? total;
  }

  for (const record of seed) add(record);
  return {
    add,
    get records() {
      return kept.map(({ record }) => record);
    },
  };
}

/** Bytes of a text as UTF-8; an unpaired surrogate becomes U+FFFD. */
function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
