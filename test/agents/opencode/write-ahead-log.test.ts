import { describe, expect, it } from '@jest/globals';
import { applyWriteAheadLog } from '../../../src/agents/opencode/write-ahead-log.ts';

const PAGE = 512;

interface Frame {
  readonly page: number;
  readonly fill: number;
  /** Pages of the database where this frame commits; else 0. */
  readonly commit?: number;
}

function words(bytes: Buffer, sums: number[]): number[] {
  let [first = 0, second = 0] = sums;
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + bytes.readUInt32LE(at) + second) >>> 0;
    second = (second + bytes.readUInt32LE(at + 4) + first) >>> 0;
  }
  return [first, second];
}

/** A log as SQLite writes it on this kind of machine. */
function logOf(frames: readonly Frame[]): Buffer {
  const header = Buffer.alloc(32);
  for (const [index, word] of [0x377f0682, 3_007_000, PAGE, 0, 11, 22].entries()) header.writeUInt32BE(word, index * 4);
  let sums = words(header.subarray(0, 24), []);
  header.writeUInt32BE(sums[0] ?? 0, 24);
  header.writeUInt32BE(sums[1] ?? 0, 28);
  const rest = frames.map(({ page, fill, commit = 0 }) => {
    const frame = Buffer.alloc(24 + PAGE, fill);
    for (const [index, word] of [page, commit, 11, 22].entries()) frame.writeUInt32BE(word, index * 4);
    sums = words(frame.subarray(24), words(frame.subarray(0, 8), sums));
    frame.writeUInt32BE(sums[0] ?? 0, 16);
    frame.writeUInt32BE(sums[1] ?? 0, 20);
    return frame;
  });
  return Buffer.concat([header, ...rest]);
}

const fills = (database: Buffer): number[] =>
  Array.from({ length: database.length / PAGE }, (_, index) => database[index * PAGE] ?? -1);

describe('a database with its write-ahead log', () => {
  const database = Buffer.concat([Buffer.alloc(PAGE, 1), Buffer.alloc(PAGE, 2)]);

  it('gets the newest committed content of every page, and its new length', () => {
    const log = logOf([
      { page: 2, fill: 7 },
      { page: 3, fill: 8, commit: 3 },
      { page: 2, fill: 9, commit: 3 },
    ]);

    expect(fills(applyWriteAheadLog(database, log))).toEqual([1, 9, 8]);
  });

  it('gets nothing of a transaction that was not committed, or torn', () => {
    const log = logOf([
      { page: 1, fill: 5, commit: 2 },
      { page: 2, fill: 6 },
    ]);
    const torn = logOf([
      { page: 1, fill: 5, commit: 2 },
      { page: 2, fill: 6, commit: 2 },
    ]);
    torn[torn.length - 1] = 0;

    expect(fills(applyWriteAheadLog(database, log))).toEqual([5, 2]);
    expect(fills(applyWriteAheadLog(database, torn))).toEqual([5, 2]);
    expect(fills(applyWriteAheadLog(database, torn.subarray(0, -100)))).toEqual([5, 2]);
  });

  it.each([Buffer.alloc(0), Buffer.alloc(10), Buffer.alloc(5_000, 3)])(
    'stays as it is with a log that is none',
    (log) => {
      expect(applyWriteAheadLog(database, log)).toEqual(database);
    },
  );
});
