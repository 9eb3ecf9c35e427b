/** Sizes and places in SQLite's write-ahead log: https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
const HEADER = 32;
const FRAME_HEADER = 24;
const BIG_ENDIAN = 0x377f0683;
const LITTLE_ENDIAN = 0x377f0682;

type Sums = readonly [number, number];

/**
 * The database with everything that its write-ahead log has committed. OpenCode never brings the two together itself, not
 * even at a quiet end. A log that is torn or of another database adds what of it is whole and belongs here.
 */
export function applyWriteAheadLog(database: Buffer, log: Buffer): Buffer {
  if (log.length < HEADER) return database;
  const magic = log.readUInt32BE(0);
  if (magic !== BIG_ENDIAN && magic !== LITTLE_ENDIAN) return database;
  const read = (bytes: Buffer, at: number): number =>
    magic === BIG_ENDIAN ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  const pageSize = log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  const committed = new Map<number, Buffer>();
  const pending = new Map<number, Buffer>();
  let pages = 0;
  let sums = addSums([0, 0], log.subarray(0, 24), read);
  for (let at = HEADER; at + FRAME_HEADER + pageSize <= log.length; at += FRAME_HEADER + pageSize) {
    const page = log.subarray(at + FRAME_HEADER, at + FRAME_HEADER + pageSize);
    sums = addSums(addSums(sums, log.subarray(at, at + 8), read), page, read);
    const isWhole = log.readUInt32BE(at + 16) === sums[0] && log.readUInt32BE(at + 20) === sums[1];
    if (!isWhole || !log.subarray(at + 8, at + 16).equals(salts)) break;
    pending.set(log.readUInt32BE(at), page);
    const size = log.readUInt32BE(at + 4);
    if (size === 0) continue;
    pages = size;
    for (const [number, content] of pending) committed.set(number, content);
    pending.clear();
  }
  if (pages === 0) return database;
  const whole = Buffer.alloc(pages * pageSize);
  database.copy(whole);
  for (const [number, content] of committed) if (number <= pages) content.copy(whole, (number - 1) * pageSize);
  return whole;
}

function addSums([first, second]: Sums, bytes: Buffer, read: (bytes: Buffer, at: number) => number): Sums {
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + read(bytes, at) + second) >>> 0;
    second = (second + read(bytes, at + 4) + first) >>> 0;
  }
  return [first, second];
}
