import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { readLines } from '../../src/agents/read-lines.ts';

async function linesOf(
  chunks: readonly Buffer[],
  maxBytes = 1_000_000,
): Promise<{ lines: string[]; exceeded: number }> {
  const lines: string[] = [];
  let exceeded = 0;
  await readLines(Readable.from(chunks), {
    maxBytes,
    onBytes: () => undefined,
    onExceeded: () => (exceeded += 1),
    onLine: async (line) => {
      lines.push(line);
      await Promise.resolve();
    },
  });
  return { lines, exceeded };
}

describe('lines of output', () => {
  it('come in order, however they are cut, with the last one unended', async () => {
    const chunks = ['on', 'e\ntw', 'o\r\n\n', 'three'].map((text) => Buffer.from(text));

    expect((await linesOf(chunks)).lines).toEqual(['one', 'two', 'three']);
  });

  it('may be cut through a character', async () => {
    const bytes = Buffer.from('né😀\n');
    const chunks = [...bytes].map((byte) => Buffer.from([byte]));

    expect((await linesOf(chunks)).lines).toEqual(['né😀']);
  });

  it('may be no UTF-8 at all', async () => {
    const { lines } = await linesOf([Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a, 0x63])]);

    expect(lines).toEqual(['a\uFFFD\uFFFDb', 'c']);
  });

  it('may be megabytes long', async () => {
    const chunks = Array.from({ length: 400 }, () => Buffer.alloc(10_000, 'x'));

    const { lines } = await linesOf(chunks, 10_000_000);

    expect(lines.map((line) => line.length)).toEqual([4_000_000]);
  });

  it('stop at the limit, which is told once', async () => {
    const { lines, exceeded } = await linesOf([Buffer.from('one\n'), Buffer.from('two\n'), Buffer.from('three\n')], 6);

    expect(lines).toEqual(['one']);
    expect(exceeded).toBe(1);
  });
});
