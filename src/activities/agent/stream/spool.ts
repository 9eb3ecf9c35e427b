import { closeSync, openSync, writeSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../../../domain/stream/run-event.ts';
import type { RunStream } from '../../../domain/stream/stream-store.ts';

const PREFIX = 'stream-';
const ENDING = '.jsonl';
/** What is read at a time; a record is read whole, however long. */
const READ_BYTES = 256 * 1024;

/** The records of one attempt on this host's disk: what a killed process had not sent is still here. */
export interface Spool {
  readonly path: string;
  add(record: RunRecord): void;
  close(): void;
}

/** Begins a file for one attempt, which only this user may read. A disk that fails ends the record but not the run. */
export function createSpool(directory: string, name: string, stream: RunStream): Spool {
  const path = join(directory, `${PREFIX}${name}${ENDING}`);
  let file: number | null = openSync(path, 'a', 0o600);

  function write(value: unknown): void {
    if (file === null) return;
    try {
      // At once: a process that is killed takes with it what it only meant to write.
      writeSync(file, `${JSON.stringify(value)}\n`);
    } catch {
      close();
    }
  }
  function close(): void {
    if (file !== null) closeSync(file);
    file = null;
  }

  write(stream);
  return { path, add: write, close };
}

/** Files that earlier attempts left in a directory, oldest first. */
export async function findSpools(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => name.startsWith(PREFIX) && name.endsWith(ENDING))
    .sort()
    .map((name) => join(directory, name));
}

/** What a file says of itself, and where its records begin; null for what is no such file. */
export async function readSpoolHead(path: string): Promise<{ stream: RunStream; at: number } | null> {
  const { lines, next } = await readLinesFrom(path, 0, 1);
  const stream = parse<RunStream>(lines[0] ?? '');
  return stream === undefined ? null : { stream, at: next };
}

/** The next records, and where to go on. What was being written when its process was killed is left out. */
export async function readSpool(path: string, at: number): Promise<{ records: readonly RunRecord[]; next: number }> {
  const { lines, next } = await readLinesFrom(path, at, READ_BYTES);
  return { records: lines.flatMap((line) => parse<RunRecord>(line) ?? []), next };
}

async function readLinesFrom(path: string, at: number, atLeast: number): Promise<{ lines: string[]; next: number }> {
  const file = await open(path, 'r');
  try {
    let bytes = Buffer.alloc(0);
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, at + bytes.length);
      bytes = Buffer.concat([bytes, buffer.subarray(0, bytesRead)]);
      const end = atLeast === 1 ? bytes.indexOf(0x0a) : bytes.lastIndexOf(0x0a);
      if (end >= 0) return { lines: bytes.toString('utf8', 0, end).split('\n'), next: at + end + 1 };
      if (bytesRead === 0) return { lines: [], next: at };
    }
  } finally {
    await file.close();
  }
}

function parse<Value>(line: string): Value | undefined {
  try {
    return JSON.parse(line) as Value;
  } catch {
    return undefined;
  }
}
