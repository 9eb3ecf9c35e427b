import { access, chmod, mkdir, readdir, rename, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Workspaces } from '../../src/workspace/workspace.ts';
import { createBench, filesBelow, request, writeFiles, type Bench } from './support.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.cleanUp());

const HOUR_MS = 60 * 60_000;

function placeOf(number: number): string {
  return join(bench.root, 'workspaces', 'acme', 'app', `issue-${number.toString()}`);
}

/** A workspace of that age, holding that many bytes of its own. */
async function used(workspaces: Workspaces, number: number, hoursAgo: number, bytes = 0): Promise<void> {
  const workspace = await workspaces.prepare({ ...(await request(bench)), issue: { repository: 'Acme/App', number } });
  if (bytes > 0) await writeFiles(workspace.tree, { big: Buffer.alloc(bytes, number) });
  await workspace.release();
  const time = new Date(Date.now() - hoursAgo * HOUR_MS);
  await utimes(join(workspace.dir, 'workspace.json'), time, time);
}

async function kept(): Promise<number[]> {
  const names = await readdir(join(bench.root, 'workspaces', 'acme', 'app'));
  return names.map((name) => Number(name.replace('issue-', ''))).sort((a, b) => a - b);
}

describe('prune', () => {
  it('removes the workspaces used longest ago, beyond their number', async () => {
    const workspaces = bench.workspaces({ limits: { maxWorkspaces: 2 } });
    await used(workspaces, 1, 2);
    await used(workspaces, 2, 4);
    await used(workspaces, 3, 3);
    await used(workspaces, 4, 1);
    await workspaces.prune();
    expect(await kept()).toEqual([1, 4]);
  });

  it('never removes one that is in use', async () => {
    const workspaces = bench.workspaces({ limits: { maxWorkspaces: 0 } });
    await used(workspaces, 1, 5);
    await used(workspaces, 2, 4);
    const inUse = await workspaces.prepare({ ...(await request(bench)), issue: { repository: 'Acme/App', number: 1 } });
    await utimes(join(inUse.dir, 'workspace.json'), new Date(0), new Date(0));
    await workspaces.prune();
    expect(await kept()).toEqual([1]);
    await inUse.release();
    await workspaces.prune();
    expect(await kept()).toEqual([]);
  });

  it('keeps to the bytes that may be used', async () => {
    const workspaces = bench.workspaces({ limits: { maxBytes: 5_000_000 } });
    await used(workspaces, 1, 1, 3_000_000);
    await used(workspaces, 2, 3, 3_000_000);
    await used(workspaces, 3, 2, 1_000_000);
    await workspaces.prune();
    expect(await kept()).toEqual([1, 3]);
  });

  it('removes an old mirror only if the workspaces were not enough, and fetches it again when needed', async () => {
    const mirror = join(bench.root, 'mirrors', 'acme', 'app.git');
    const workspaces = bench.workspaces({ limits: { maxBytes: 1 } });
    await used(workspaces, 1, 5);
    await workspaces.prune();
    await access(mirror);
    await utimes(mirror, new Date(0), new Date(0));
    await workspaces.prune();
    await expect(access(mirror)).rejects.toThrow();
    await used(workspaces, 1, 5);
    expect(await kept()).toEqual([1]);
  });

  it('has nothing to do on a host without workspaces', async () => {
    await expect(bench.workspaces().prune()).resolves.toBeUndefined();
  });
});

describe('remove', () => {
  it('removes one issue’s workspace, and no other’s, with all that was closed in it', async () => {
    const workspaces = bench.workspaces();
    await used(workspaces, 1, 1);
    await used(workspaces, 11, 1);
    await writeFiles(join(placeOf(1), 'tree'), { 'closed/in.txt': 'x' });
    await chmod(join(placeOf(1), 'tree', 'closed'), 0o500);
    await workspaces.remove({ repository: 'ACME/app', number: 1 });
    expect(await kept()).toEqual([11]);
    expect(await readdir(join(bench.root, 'locks', 'workspaces', 'acme', 'app'))).toEqual(['issue-11']);
    await workspaces.remove({ repository: 'ACME/app', number: 1 });
  });

  it.each(['../other', 'acme/..', 'acme/../..', 'acme/app/x', '/etc', 'acme'])('refuses %s', async (repository) => {
    await expect(bench.workspaces().remove({ repository, number: 1 })).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('follows no link that was put at the place or on the way to it', async () => {
    const workspaces = bench.workspaces();
    const outside = join(bench.dir, 'outside');
    await writeFiles(outside, { 'issue-1/precious.txt': 'x' });
    await mkdir(join(bench.root, 'workspaces', 'acme'), { recursive: true });

    await symlink(outside, join(bench.root, 'workspaces', 'acme', 'app'));
    await workspaces.remove({ repository: 'acme/app', number: 1 });
    await mkdir(join(bench.root, 'workspaces', 'acme', 'app'));
    await symlink(join(outside, 'issue-1'), placeOf(1));
    await workspaces.remove({ repository: 'acme/app', number: 1 });

    expect(await filesBelow(outside)).toEqual({ 'issue-1/precious.txt': 'x' });
    await expect(access(placeOf(1))).rejects.toThrow();
  });

  it('lets prepare put a real directory where a link was planted', async () => {
    const workspaces = bench.workspaces();
    const outside = join(bench.dir, 'outside');
    await used(workspaces, 1, 1);
    await rename(join(placeOf(1), 'tree'), outside);
    await symlink(outside, join(placeOf(1), 'tree'));
    await writeFiles(outside, { 'precious.txt': 'x' });
    await used(workspaces, 1, 1);
    expect(await filesBelow(outside)).toHaveProperty(['precious.txt']);
    expect(await filesBelow(join(placeOf(1), 'tree'))).toEqual({ 'README.md': 'hello\n' });
  });
});
