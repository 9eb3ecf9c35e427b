import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import { makeScratch, processesWith, shell, spawnConfined, until, type Scratch } from './support.ts';

let scratch: Scratch;

beforeEach(async () => {
  scratch = await makeScratch();
});

afterEach(async () => {
  await scratch.remove();
});

describe('no sandbox, when spelled out', () => {
  it('still builds the environment from nothing', async () => {
    const sandbox = await createSandbox({ kind: 'none' });

    const { stdout } = await shell(sandbox, { ...scratch.cage, env: { ANSWER: '42' } }, 'env');

    const names = stdout.split('\n').map((line) => line.split('=')[0] ?? '');
    expect(names.sort()).toEqual(['ANSWER', 'GIT_CEILING_DIRECTORIES', 'HOME', 'PATH', 'PWD', 'TMPDIR']);
  });

  it('does not take a repository around the tree for the tree itself', async () => {
    const sandbox = await createSandbox({ kind: 'none' });
    await execa('git', ['init', '-q', scratch.root]);

    const { exitCode } = await shell(sandbox, scratch.cage, 'git rev-parse --git-dir');

    expect(exitCode).toBe(128);
  });

  it('ends the process group, and the children that left it', async () => {
    const sandbox = await createSandbox({ kind: 'none' });
    const mark = join('/', randomUUID());
    const script = `setsid sh -c "trap '' TERM; sleep 1000; : ${mark}" & sleep 1000; : ${mark}`;
    const child = spawnConfined(sandbox.confine('/bin/sh', ['-c', script], scratch.cage));
    await until(async () => (await processesWith(mark)).length >= 2);

    sandbox.end(child.pid ?? 0, 'now');

    await until(async () => (await processesWith(mark)).length === 0);
    expect(await processesWith(mark)).toEqual([]);
  });
});
