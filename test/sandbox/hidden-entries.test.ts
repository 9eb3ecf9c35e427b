import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hiddenEntries } from '../../src/sandbox/hidden-entries.ts';
import { createNoSandbox } from '../../src/sandbox/none.ts';
import { makeScratch, type Scratch } from './support.ts';

let scratch: Scratch;

beforeEach(async () => {
  scratch = await makeScratch();
});

afterEach(async () => {
  await scratch.remove();
});

describe('what a cage hides of a tree', () => {
  it('is what is there of the names, and what a link among them leads to', async () => {
    const { tree } = scratch.cage;
    await mkdir(join(tree, '.agent'));
    await writeFile(join(tree, 'AGENTS.md'), '');
    await symlink('AGENTS.md', join(tree, 'OTHER.md'));

    const found = hiddenEntries({ ...scratch.cage, hidden: ['.agent', 'OTHER.md', 'missing'] });

    expect(found).toEqual([
      { path: '.agent', isDirectory: true },
      { path: 'AGENTS.md', isDirectory: false },
    ]);
  });

  it('is named once, and not again below what is hidden as a whole', async () => {
    const { tree } = scratch.cage;
    await mkdir(join(tree, '.agent/docs'), { recursive: true });
    await writeFile(join(tree, '.agent/docs/AGENTS.md'), '');
    await symlink('.agent/docs/AGENTS.md', join(tree, 'AGENTS.md'));
    const hidden = ['.agent/docs/AGENTS.md', 'AGENTS.md', '.agent', '.agent'];

    const found = hiddenEntries({ ...scratch.cage, hidden });

    expect(found).toEqual([{ path: '.agent', isDirectory: true }]);
  });

  it.each(['/workspace/evil', '../evil', 'nowhere', '.'])(
    'cannot be told of a link to %s, which is refused',
    async (to) => {
      await symlink(to, join(scratch.cage.tree, '.agent'));

      expect(() => hiddenEntries({ ...scratch.cage, hidden: ['.agent'] })).toThrow(
        expect.objectContaining({ name: 'WorkspaceFailed' }),
      );
    },
  );

  it('cannot be hidden without bubblewrap, so that such a tree is refused', async () => {
    const sandbox = createNoSandbox();
    const cage = { ...scratch.cage, hidden: ['.agent'] };
    expect(() => sandbox.confine('/bin/true', [], cage)).not.toThrow();
    await mkdir(join(scratch.cage.tree, '.agent'));

    expect(() => sandbox.confine('/bin/true', [], cage)).toThrow(expect.objectContaining({ name: 'WorkspaceFailed' }));
  });
});
