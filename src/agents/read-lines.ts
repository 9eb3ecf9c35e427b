import type { Readable } from 'node:stream';

export interface LineReader {
  /** Bytes after which nothing more is delivered. */
  readonly maxBytes: number;
  /** Called once, when `maxBytes` is passed. The rest is read and thrown away, so that the writer does not block. */
  readonly onExceeded: () => void;
  /** Called whenever something arrives. */
  readonly onBytes: () => void;
  /** Called for every line, in order, without its end; the next waits for it. Invalid UTF-8 becomes U+FFFD. */
  readonly onLine: (line: string) => Promise<void>;
}

const NEWLINE = 0x0a;

/** Reads lines of any length to the end of the stream. A stream that breaks off has ended; what stood there counts. */
export async function readLines(stream: Readable, reader: LineReader): Promise<void> {
  const decoder = new TextDecoder();
  let pending: Buffer[] = [];
  let bytes = 0;

  async function deliver(): Promise<void> {
    const line = decoder.decode(pending.length === 1 ? pending[0] : Buffer.concat(pending)).replace(/\r$/, '');
    pending = [];
    if (line.trim() !== '') await reader.onLine(line);
  }

  for await (const chunk of untilBroken(stream)) {
    reader.onBytes();
    const before = bytes;
    bytes += chunk.byteLength;
    if (bytes > reader.maxBytes) {
      if (before <= reader.maxBytes) reader.onExceeded();
      pending = [];
      continue;
    }
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      pending.push(chunk.subarray(start, end));
      start = end + 1;
      await deliver();
    }
    if (start < chunk.byteLength) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) await deliver();
}

async function* untilBroken(stream: Readable): AsyncGenerator<Buffer> {
  const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch(() => ({ done: true as const, value: undefined }));
    if (next.done === true) return;
    yield next.value;
  }
}
