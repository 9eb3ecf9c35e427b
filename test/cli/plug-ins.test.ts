import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPlugIn, listPlugIns } from '../../src/cli/plug-ins.ts';
import { ghw, temporaryHome } from './ghw.ts';

let home: Awaited<ReturnType<typeof temporaryHome>>;
let first: string;
let second: string;
let PATH: string;

beforeAll(async () => {
  home = await temporaryHome();
  [first, second] = [join(home.path, 'first'), join(home.path, 'second')];
  PATH = `relative:${first}:/nowhere:${second}`;
  for (const directory of [first, second]) await mkdir(directory);
  await program(first, 'ghw-hello');
  await program(second, 'ghw-hello');
  await program(second, 'ghw-zebra');
  await program(second, 'ghw-issues');
  await program(second, 'ghw-bad.name');
  await writeFile(join(second, 'ghw-readme'), 'not a program');
  await mkdir(join(second, 'ghw-folder'));
});
afterAll(() => home.remove());

async function program(directory: string, name: string): Promise<void> {
  await writeFile(join(directory, name), '#!/bin/sh\nexit 0\n');
  await chmod(join(directory, name), 0o755);
}

describe('plug-ins', () => {
  it('are the programs on the PATH that are named so, the first of a name', async () => {
    expect(await listPlugIns({ PATH })).toEqual([
      { name: 'hello', path: join(first, 'ghw-hello') },
      { name: 'issues', path: join(second, 'ghw-issues') },
      { name: 'zebra', path: join(second, 'ghw-zebra') },
    ]);
    expect(await listPlugIns({})).toEqual([]);
  });

  it('are found by a name that can be one, and by no path', async () => {
    expect(await findPlugIn('zebra', { PATH })).toEqual({ name: 'zebra', path: join(second, 'ghw-zebra') });
    for (const name of ['../second/ghw-zebra', 'bad.name', '', 'readme', 'folder']) {
      expect(await findPlugIn(name, { PATH })).toBeUndefined();
    }
  });

  it('stand in the help, unless a command of ours has the name', async () => {
    const { stdout } = await ghw(['--help'], home.path, { PATH });

    expect(stdout).toMatch(/Plug-ins:\n {2}hello .*ghw-hello\n {2}zebra .*ghw-zebra\n/);
    expect(stdout).not.toContain('ghw-issues');
  });
});
