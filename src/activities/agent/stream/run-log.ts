import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AgentEvent } from '../../../agents/agent.ts';
import { inPieces } from '../../../domain/stream/display.ts';
import { createRing } from '../../../domain/stream/ring.ts';
import type {
  AttemptOutcome,
  AttemptStarted,
  RecordId,
  RunEvent,
  RunRecord,
} from '../../../domain/stream/run-event.ts';
import type { RunStream, StreamStore } from '../../../domain/stream/stream-store.ts';
import { createSpool, findSpools, type Spool } from './spool.ts';
import { sendLeftover, startSending, type Sender } from './sender.ts';
import { toRunEvent } from './to-run-event.ts';

/** Longer lines of an agent are cut in the stream. */
const MAX_LINE = 4 * 1024 * 1024;
/** How long the ledger may keep a run from beginning, and from ending. */
const BEGIN_MS = 5_000;
const END_MS = 10_000;

/** What a heartbeat carries of the stream. */
export interface StreamBeat {
  readonly run: string;
  /** The newest records, oldest first. */
  readonly ring: readonly RunRecord[];
}

/** The numbered stream of one attempt: heartbeats show its newest records, the ledger gets all of them. */
export class RunLog {
  readonly #store: StreamStore;
  readonly #stream: RunStream;
  readonly #attempt: number;
  readonly #ring;
  readonly #earlier: readonly RunRecord[];
  #n = 0;
  #line: string | null = null;
  #spool: Spool | null = null;
  #sender: Sender | null = null;

  /** @param earlier - what the heartbeat of the attempt before carried */
  constructor(
    store: StreamStore,
    stream: RunStream,
    attempt: { readonly number: number; readonly earlier: StreamBeat | null },
  ) {
    this.#store = store;
    this.#stream = stream;
    this.#attempt = attempt.number;
    this.#earlier = attempt.earlier?.run === stream.run ? attempt.earlier.ring : [];
    this.#ring = createRing(this.#earlier);
  }

  get beat(): StreamBeat {
    return { run: this.#stream.run, ring: this.#ring.records };
  }

  /**
   * Begins to write, behind all that is known of earlier attempts: what one left here and never sent is sent now.
   *
   * @param directory - of the workspace, where the agent does not reach
   */
  async open(directory: string, started: Omit<AttemptStarted, 'type' | 'after'>): Promise<void> {
    const left = await findSpools(directory);
    for (const path of left) await sendLeftover(this.#store, path, BEGIN_MS).catch(() => false);
    const after = await this.#lastKnown();
    this.#n = after?.n ?? 0;
    const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomUUID().slice(0, 8)}`;
    this.#spool = createSpool(directory, name, this.#stream);
    this.event({ type: 'attempt_started', ...started, after });
    this.#sender = startSending(this.#store, this.#spool.path);
  }

  /** A line of the agent; the next event comes from it. */
  line(line: string): void {
    this.#flushLine();
    this.#line = line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE)}[cut]`;
  }

  agentEvent(event: AgentEvent): void {
    this.event(toRunEvent(event));
  }

  event(event: RunEvent): void {
    for (const piece of inPieces(event)) {
      const line = this.#line;
      this.#line = null;
      this.#add(piece, line);
    }
  }

  /**
   * Writes the agent's lines of all attempts to a file.
   *
   * @returns false if the ledger cannot tell them
   */
  async writeTranscript(path: string): Promise<boolean> {
    try {
      this.#flushLine();
      if (!(await this.#sender?.flush(END_MS))) return false;
      const lines = linesOf(this.#store.ordered(this.#stream.run));
      await pipeline(Readable.from(lines), createWriteStream(path, { mode: 0o600 }));
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the attempt's part. What the ledger does not take in time stays on this disk, for the next run here. */
  async close(outcome: AttemptOutcome, message: string): Promise<void> {
    if (this.#spool === null) return;
    this.#flushLine();
    this.event({ type: 'attempt_ended', outcome, message });
    this.#spool.close();
    this.#sender?.stop();
    if (!(await this.#sender?.flush(END_MS))) return;
    await rm(this.#spool.path, { force: true });
    await this.#store.settle(this.#stream.run, outcome).catch(() => undefined);
  }

  #flushLine(): void {
    if (this.#line !== null) this.event({ type: 'other' });
  }

  #add(event: RunEvent, line: string | null): void {
    this.#n += 1;
    const record = { attempt: this.#attempt, n: this.#n, at: new Date().toISOString(), event };
    this.#ring.add(record);
    this.#spool?.add(line === null ? record : { ...record, line });
  }

  /** The ledger's last record, or the heartbeat's where that is newer; its records then go to the ledger too. */
  async #lastKnown(): Promise<RecordId | null> {
    const { run } = this.#stream;
    const stored = await inTime(this.#store.begin(this.#stream).then(() => this.#store.last(run)));
    const told = this.#earlier.filter((record) => stored === null || isAfter(record, stored));
    const newest = Math.max(0, ...told.map(({ attempt }) => attempt));
    const unsent = told.filter(({ attempt }) => attempt === newest);
    if (unsent.length > 0) await inTime(this.#store.append({ run, records: unsent }).then(() => null));
    await inTime(this.#store.settle(run, null).then(() => null));
    const last = unsent.at(-1) ?? stored;
    return last && { attempt: last.attempt, n: last.n };
  }
}

/** The agent's lines, in order and each once. */
async function* linesOf(chunks: AsyncIterable<readonly RunRecord[]>): AsyncGenerator<string> {
  const given = new Map<number, number>();
  for await (const records of chunks) {
    for (const { attempt, n, line } of records) {
      if (n <= (given.get(attempt) ?? 0)) continue;
      given.set(attempt, n);
      if (line !== undefined) yield `${line}\n`;
    }
  }
}

function isAfter(a: RecordId, b: RecordId): boolean {
  return a.attempt > b.attempt || (a.attempt === b.attempt && a.n > b.n);
}

/** The answer of a ledger that answers soon; else null. */
async function inTime<Value>(work: Promise<Value>): Promise<Value | null> {
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((done) => {
    timer = setTimeout(() => done(null), BEGIN_MS);
  });
  return await Promise.race([work.catch(() => null), late]).finally(() => clearTimeout(timer));
}
