import { rm } from 'node:fs/promises';
import type { RunRecord } from '../../../domain/stream/run-event.ts';
import type { StreamStore } from '../../../domain/stream/stream-store.ts';
import { readSpool, readSpoolHead } from './spool.ts';

/** How often records are brought to the ledger: who lost a heartbeat waits no longer. */
const SEND_EVERY_MS = 2_000;
/** What one attempt may take in the ledger, before compression. Beyond it, events go on without the agent's lines. */
const MAX_SENT_BYTES = 256 * 1024 * 1024;

/** Brings the records of a spool to the ledger, in the background. */
export interface Sender {
  /** Sends all there is; false if the ledger did not take it in time. */
  flush(timeoutMs: number): Promise<boolean>;
  stop(): void;
}

/** A ledger that is away for a while is tried again and again; the records wait on the disk. */
export function startSending(store: StreamStore, path: string): Sender {
  let sending: Promise<boolean> | undefined;
  const send = spoolSender(store, path);

  /** One at a time. */
  function sendOnce(): Promise<boolean> {
    sending ??= send()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        sending = undefined;
      });
    return sending;
  }

  const timer = setInterval(() => void sendOnce(), SEND_EVERY_MS).unref();
  return {
    stop: () => clearInterval(timer),
    async flush(timeoutMs) {
      const end = performance.now() + timeoutMs;
      // What is under way may have begun before the last record was written.
      await within(sending ?? Promise.resolve(true), timeoutMs);
      for (;;) {
        if (await within(sendOnce(), Math.max(0, end - performance.now()))) return true;
        if (performance.now() + 500 >= end) return false;
        await new Promise((done) => setTimeout(done, 500));
      }
    },
  };
}

/** Sends what an earlier attempt left, and removes it; false if it has to stay for another time. */
export async function sendLeftover(store: StreamStore, path: string, timeoutMs: number): Promise<boolean> {
  const sent = await within(
    spoolSender(store, path)().then(
      () => true,
      () => false,
    ),
    timeoutMs,
  );
  if (sent) await rm(path, { force: true });
  return sent;
}

/** Each call goes on where the one before ended, to the end of the file. */
function spoolSender(store: StreamStore, path: string): () => Promise<void> {
  let at: number | null = null;
  let run = '';
  let bytes = 0;
  let sent: number | null = null;
  return async () => {
    if (at === null) {
      const head = await readSpoolHead(path);
      if (head === null) return;
      await store.begin(head.stream);
      ({ run } = head.stream);
      ({ at } = head);
    }
    for (;;) {
      const { records, next } = await readSpool(path, at);
      if (next === at) return;
      const [first] = records;
      // A file that was sent in part goes on behind that part.
      if (first && sent === null) sent = await store.lastOf(run, first.attempt);
      const fresh = records.filter(({ n }) => n > (sent ?? 0));
      bytes += next - at;
      await store.append({ run, records: bytes > MAX_SENT_BYTES ? fresh.map(withoutLine) : fresh });
      at = next;
    }
  };
}

function withoutLine({ line: _line, ...record }: RunRecord): RunRecord {
  return record;
}

async function within(work: Promise<boolean>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((done) => {
    timer = setTimeout(() => done(false), timeoutMs);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
