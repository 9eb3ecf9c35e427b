import { createMerge } from '../../domain/stream/merge.ts';
import type { RunRecord } from '../../domain/stream/run-event.ts';
import type { StreamReader } from '../../domain/stream/stream-store.ts';

/** A worker brings its records to the ledger every two seconds. */
const GAP_PATIENCE_MS = 15_000;

/** Reads one run from its heartbeats and from the ledger. */
export interface StreamReading {
  readonly run: string;
  /** Records that a heartbeat brought. */
  told(ring: readonly RunRecord[]): readonly RunRecord[];
  /** What the ledger has beyond that. A ledger that does not answer is asked again the next time. */
  look(): Promise<readonly RunRecord[]>;
  /** True while records are missing that the ledger may have. */
  readonly hasGap: boolean;
  /** All that there is, in the end; what nobody has is left out. */
  finish(): Promise<readonly RunRecord[]>;
}

/** @param reader - null where there is no ledger to read from; then heartbeats are all there is */
export function readStream(run: string, reader: StreamReader | null): StreamReading {
  const merge = createMerge();
  let at = 0;
  let gapSince: number | null = null;

  /** What nobody has brought for a while is left out: what came after it has waited long enough. */
  function afterPatience(): readonly RunRecord[] {
    if (!merge.hasGap) gapSince = null;
    else gapSince ??= performance.now();
    return gapSince !== null && performance.now() - gapSince > GAP_PATIENCE_MS ? merge.release() : [];
  }

  async function look(): Promise<readonly RunRecord[]> {
    if (reader === null) return [];
    const records: RunRecord[] = [];
    try {
      for (;;) {
        const page = await reader.arrived(run, at);
        ({ at } = page);
        records.push(...merge.accept(page.records));
        if (page.next === null) return [...records, ...afterPatience()];
      }
    } catch {
      return records;
    }
  }

  return {
    run,
    told: (ring) => [...merge.accept(ring), ...(reader === null ? merge.release() : [])],
    look,
    get hasGap() {
      return merge.hasGap;
    },
    async finish() {
      const records = [...(await look())];
      if (!merge.hasGap) return records;
      // Two hosts that wrote at once may have been read in an order that left one out.
      at = 0;
      records.push(...(await look()));
      return [...records, ...merge.release()];
    },
  };
}
