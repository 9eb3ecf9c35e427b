/** Keeps the beginning and the end of an output, and as much of it as allowed. */
export interface CappedOutput {
  add(chunk: Buffer): void;
  bytes(): Buffer;
}

/** @param maxBytes - what is kept at most; half of it from the beginning. */
export function createCappedOutput(maxBytes: number): CappedOutput {
  const half = Math.floor(maxBytes / 2);
  const head: Buffer[] = [];
  let headBytes = 0;
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let dropped = 0;

  function add(chunk: Buffer): void {
    const room = Math.max(0, half - headBytes);
    if (room > 0) {
      head.push(chunk.subarray(0, room));
      headBytes += Math.min(room, chunk.length);
    }
    const rest = chunk.subarray(room);
    if (rest.length === 0) return;
    tail.push(rest);
    tailBytes += rest.length;
    // Joined only now and then, so that many small chunks do not cost a copy each.
    if (tailBytes > 2 * half) shorten();
  }

  function shorten(): void {
    const excess = Math.max(0, tailBytes - half);
    tail = [Buffer.concat(tail).subarray(excess)];
    tailBytes -= excess;
    dropped += excess;
  }

  function bytes(): Buffer {
    shorten();
    const gap = dropped === 0 ? [] : [Buffer.from(`\n[… ${dropped.toString()} bytes left out …]\n`)];
    return Buffer.concat([...head, ...gap, ...tail]);
  }

  return { add, bytes };
}
