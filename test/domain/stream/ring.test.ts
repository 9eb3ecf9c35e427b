import { describe, expect, it } from '@jest/globals';
import { inPieces } from '../../../src/domain/stream/display.ts';
import { createRing, RING_BYTES } from '../../../src/domain/stream/ring.ts';
import type { RunEvent, RunRecord } from '../../../src/domain/stream/run-event.ts';

const record = (n: number, event: RunEvent): RunRecord => ({ attempt: 1, n, at: '2026-01-01T00:00:00Z', event });

describe('the ring of a heartbeat', () => {
  it('holds the newest records within its size, whatever they say', () => {
    const ring = createRing();

    let n = 0;
    for (const text of ['x'.repeat(4_000), '😀'.repeat(2_000), '\u0000'.repeat(4_000)]) {
      for (let count = 0; count < 20; count += 1) ring.add(record((n += 1), { type: 'text', text }));
    }

    expect(Buffer.byteLength(JSON.stringify(ring.records))).toBeLessThanOrEqual(RING_BYTES + 2);
    expect(ring.records.at(-1)?.n).toBe(60);
    expect(ring.records.length).toBeGreaterThan(1);
  });

  it('carries no lines of the agent', () => {
    const ring = createRing();

    ring.add({ ...record(1, { type: 'other' }), line: 'raw' });

    expect(JSON.stringify(ring.records)).not.toContain('raw');
  });
});

describe('an event in the size of a stream', () => {
  it('is a long text in pieces that together are the text, no character cut in two', () => {
    const text = `a${'😀'.repeat(40_000)}`;

    const pieces = inPieces({ type: 'text', text });

    const texts = pieces.map((piece) => (piece.type === 'text' ? piece.text : ''));
    expect(texts.join('')).toBe(text);
    expect(texts.every((piece) => Buffer.from(piece).toString() === piece)).toBe(true);
    expect(pieces.map((piece) => piece.type === 'text' && piece.more === true)).toEqual([
      ...pieces.slice(1).map(() => true),
      false,
    ]);
  });

  it('is cut where it is no text', () => {
    const [event] = inPieces({ type: 'tool_start', id: '1', name: 'Bash', summary: 'x'.repeat(10_000) });

    expect(JSON.stringify(event).length).toBeLessThan(1_000);
  });
});
