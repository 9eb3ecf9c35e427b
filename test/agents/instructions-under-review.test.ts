import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instructionsUnderReview } from '../../src/agents/instructions-under-review.ts';
import { createNoSandbox } from '../../src/sandbox/none.ts';
import { makeScratch, type Scratch } from '../sandbox/support.ts';
import { makeTask } from './support.ts';

let scratch: Scratch;

beforeEach(async () => {
  scratch = await makeScratch();
  const { tree } = scratch.cage;
  await mkdir(join(tree, 'src/deep/AGENTS.md'), { recursive: true });
  await writeFile(join(tree, 'src/deep/CONTEXT.md'), '');
  await writeFile(join(tree, 'src/notes.md'), '');
  await symlink('notes.md', join(tree, 'src/AGENTS.md'));
});

afterEach(async () => {
  await scratch.remove();
});

describe('instructions that a change brings', () => {
  it('are files of these names in any folder, and links, while it is reviewed', async () => {
    const task = makeTask(scratch, createNoSandbox(), { phase: 'review' });

    const found = await instructionsUnderReview(task, ['AGENTS.md', 'CONTEXT.md']);

    expect([...found].sort()).toEqual(['src/AGENTS.md', 'src/deep/CONTEXT.md']);
  });

  it('are left to the author, whose tree is the base branch’s and its own', async () => {
    const task = makeTask(scratch, createNoSandbox(), { phase: 'implement' });

    expect(await instructionsUnderReview(task, ['AGENTS.md', 'CONTEXT.md'])).toEqual([]);
  });
});
