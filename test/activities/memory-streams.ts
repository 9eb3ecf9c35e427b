import type { RunRecord } from '../../src/domain/stream/run-event.ts';
import type { RunStream, StreamStore } from '../../src/domain/stream/stream-store.ts';

/** Streams that outlast no test, for those that are about something else; `isAway` is a ledger that does not answer. */
export function memoryStreams(): StreamStore & { isAway: boolean; readonly records: (run: string) => RunRecord[] } {
  const streams = new Map<string, RunStream>();
  const chunks: { readonly run: string; readonly records: readonly RunRecord[] }[] = [];
  const of = (run: string): RunRecord[] =>
    chunks
      .flatMap((chunk) => (chunk.run === run ? chunk.records : []))
      .sort((a, b) => a.attempt - b.attempt || a.n - b.n);
  async function answer<Value>(value: () => Value): Promise<Value> {
    await Promise.resolve();
    if (store.isAway) throw new Error('The ledger does not answer.');
    return value();
  }
  const store = {
    isAway: false,
    records: of,
    begin: (stream: RunStream) => answer(() => void (streams.has(stream.run) || streams.set(stream.run, stream))),
    last: (run: string) => answer(() => of(run).at(-1) ?? null),
    lastOf: (run: string, attempt: number) => answer(() => of(run).findLast((one) => one.attempt === attempt)?.n ?? 0),
    append: ({ run, records }: { run: string; records: readonly RunRecord[] }) =>
      answer(
        () =>
          void (
            records.length > 0 && chunks.push({ run, records: JSON.parse(JSON.stringify(records)) as RunRecord[] })
          ),
      ),
    settle: () => answer(() => undefined),
    forget: () => answer(() => 0),
    list: () => answer(() => []),
    arrived: (run: string) => answer(() => ({ records: of(run), at: 0, next: null })),
    async *ordered(run: string) {
      yield await answer(() => of(run));
    },
  };
  return store;
}
