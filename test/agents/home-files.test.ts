import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { copyIntoHome, findInHome, writeInHome } from '../../src/agents/home-files.ts';

let root: string;
let home: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ghw-home-'));
  home = join(root, 'home');
  await mkdir(home);
  await writeFile(join(root, 'secret'), 'of the host');
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe("files in an agent's home", () => {
  it('are written for its user alone, in directories that need not exist', async () => {
    await writeInHome(home, 'a/b/c', 'text');

    expect(await readFile(join(home, 'a/b/c'), 'utf8')).toBe('text');
    expect((await stat(join(home, 'a/b/c'))).mode & 0o777).toBe(0o600);
  });

  it('replace what the agent put there', async () => {
    await mkdir(join(home, 'a'));
    await writeInHome(home, 'a', 'text');

    expect(await readFile(join(home, 'a'), 'utf8')).toBe('text');
  });

  it('are not found through a link that the agent made to a file of the host', async () => {
    await symlink(join(root, 'secret'), join(home, 'session'));
    await symlink(root, join(home, 'folder'));

    expect(await findInHome(home, 'session')).toBeNull();
    expect(await findInHome(home, 'folder/secret')).toBeNull();
    expect(await findInHome(home, 'absent')).toBeNull();
  });

  it.each(['link', 'link/x', '../x', 'a/../../x', '/x', ''])('are not written to %j', async (path) => {
    await symlink(root, join(home, 'link'));

    await expect(writeInHome(home, path, 'x')).rejects.toMatchObject({ name: 'WorkspaceFailed' });
    await expect(copyIntoHome(home, path, join(root, 'secret'))).rejects.toMatchObject({ name: 'WorkspaceFailed' });
  });
});
