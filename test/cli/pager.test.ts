import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Io } from '../../src/cli/io.ts';
import { page } from '../../src/cli/pager.ts';

let folder: string;
let pager: string;
const LONG = Array.from({ length: 100 }, (_, index) => `line ${String(index)}`).join('\n');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ghw-pager-'));
  pager = join(folder, 'pager');
  await writeFile(pager, `#!/bin/sh\n{ echo "$LESS $1"; cat; } > ${join(folder, 'shown')}\n`);
  await chmod(pager, 0o700);
});
afterEach(() => rm(folder, { recursive: true }));

/** A terminal of 24 lines, or none. */
function anIo(env: NodeJS.ProcessEnv, isTTY = true): { readonly io: Io; readonly printed: () => string } {
  const stdout = Object.assign(new PassThrough(), { isTTY, rows: 24, columns: 80 });
  const stdin = Object.assign(new PassThrough(), { isTTY });
  return {
    io: { stdin, stdout, stderr: new PassThrough(), env: { PATH: process.env.PATH, ...env } },
    printed: () => String(stdout.read() ?? ''),
  };
}

describe('a long text', () => {
  it('goes to the pager on a terminal, with its arguments, colours and an end that keeps it', async () => {
    const { io, printed } = anIo({ PAGER: `${pager} --flag` });

    await page(io, LONG, { isWanted: true });

    expect(await readFile(join(folder, 'shown'), 'utf8')).toBe(`FRX --flag\n${LONG}\n`);
    expect(printed()).toBe('');
  });

  it('is printed where the pager cannot be started', async () => {
    const { io, printed } = anIo({ PAGER: '/does/not/exist' });

    await page(io, LONG, { isWanted: true });

    expect(printed()).toBe(`${LONG}\n`);
  });

  it.each([
    ['there is no terminal', { env: {}, isTTY: false, isWanted: true }],
    ['--no-pager is given', { env: {}, isTTY: true, isWanted: false }],
    ['PAGER is empty', { env: { PAGER: '' }, isTTY: true, isWanted: true }],
    ['PAGER is cat', { env: { PAGER: 'cat' }, isTTY: true, isWanted: true }],
  ])('is printed where %s', async (_, { env, isTTY, isWanted }) => {
    const { io, printed } = anIo({ PAGER: pager, ...env }, isTTY);

    await page(io, LONG, { isWanted });

    expect(printed()).toBe(`${LONG}\n`);
  });
});

describe('a short text', () => {
  it('is printed', async () => {
    const { io, printed } = anIo({ PAGER: pager });

    await page(io, 'short', { isWanted: true });

    expect(printed()).toBe('short\n');
  });

  it('counts as long if its lines wrap', async () => {
    const { io, printed } = anIo({ PAGER: pager });

    await page(io, 'x'.repeat(80 * 24), { isWanted: true });

    expect(printed()).toBe('');
  });
});
