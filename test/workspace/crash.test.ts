import { readFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { readProcesses } from '../../src/sandbox/process-table.ts';
import { createPublisher } from '../../src/workspace/publisher.ts';
import type { PrepareRequest } from '../../src/workspace/workspace.ts';
import { Child } from './child.ts';
import { createBench, exportOf, filesBelow, request, userGit, writeFiles, type Bench } from './support.ts';

let bench: Bench;
const children: Child[] = [];
const files = Object.fromEntries(
  Array.from({ length: 400 }, (_, index) => [
    `dir${(index % 20).toString()}/f${index.toString()}.txt`,
    `${index.toString()}\n`.repeat(50),
  ]),
);
beforeEach(async () => {
  bench = await createBench(files);
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  await bench.cleanUp();
});

/** Another worker on the same data directory, which prepares, says so, and then holds the workspace. */
function otherWorker(asked: PrepareRequest, after = ''): Child {
  const child = new Child(`
    const { createDirectoryStore } = await load('artifacts/directory-store.ts');
    const { createWorkspaces } = await load('workspace/workspaces.ts');
    const artifacts = createDirectoryStore(${JSON.stringify(join(bench.dir, 'artifacts'))});
    const workspaces = createWorkspaces({ root: ${JSON.stringify(bench.root)}, artifacts, token: async () => null });
    console.log('ready');
    const workspace = await workspaces.prepare(${JSON.stringify(asked)});
    ${after}
    console.log('prepared');
    setInterval(() => undefined, 1000);
  `);
  children.push(child);
  return child;
}

async function expectWhole(tree: string): Promise<void> {
  expect(await filesBelow(tree)).toEqual(files);
}

describe('a worker that is killed', () => {
  it.each([0, 30, 60, 90, 120, 160, 200, 300])(
    '%d ms into preparing, leaves nothing that the next cannot mend',
    async (delay) => {
      const asked = await request(bench);
      const child = otherWorker(asked);
      await child.line();
      await new Promise((done) => setTimeout(done, delay));
      await child.kill();
      const workspace = await bench.workspaces().prepare({ ...asked, key: 'next' });
      await expectWhole(workspace.tree);
      expect(await bench.workspaces().exportChange(workspace, exportOf(asked.baseOid))).toBeNull();
      await workspace.release();
      expect(await readdir(join(bench.root, 'scratch')).catch(() => [])).toEqual([]);
    },
  );

  it('gives its workspace to the next, who finds the work as it was', async () => {
    const asked = await request(bench);
    const child = otherWorker(
      asked,
      `(await import('node:fs')).writeFileSync(workspace.tree + '/work.txt', 'half done');`,
    );
    await child.line();
    expect(await child.line()).toBe('prepared');
    const waiting = bench.workspaces().prepare(asked);
    await child.kill();
    const workspace = await waiting;
    expect(workspace.warm).toBe(true);
    expect(await readFile(join(workspace.tree, 'work.txt'), 'utf8')).toBe('half done');
    await workspace.release();
  });

  it('leaves no git behind that goes on fetching', async () => {
    const { bare, remote } = bench.origin;
    // A remote that never answers: its configuration is a pipe that nobody writes to.
    await userGit(bench.dir, 'init', '--quiet', '--bare', 'stuck.git');
    const asked = { ...(await request(bench)), remote: { ...remote, url: join(bench.dir, 'stuck.git') } };
    await rm(join(bench.dir, 'stuck.git', 'config'));
    await execa('mkfifo', [join(bench.dir, 'stuck.git', 'config')]);
    const child = otherWorker(asked);
    await child.line();
    await until(() => gitsOf(bench.dir).length > 0);
    await child.kill();

    const workspace = await bench.workspaces().prepare({ ...asked, remote: { ...remote, url: bare } });
    await until(() => gitsOf('stuck.git').length === 0);
    await expectWhole(workspace.tree);
    await workspace.release();
  });
});

describe('two workers', () => {
  it('prepare different issues of one repository at once', async () => {
    const asked = await request(bench);
    const workers = [1, 2, 3].map((number) => otherWorker({ ...asked, issue: { ...asked.issue, number } }));
    await Promise.all(workers.map((child) => child.line()));
    expect(await Promise.all(workers.map((child) => child.line()))).toEqual(Array(3).fill('prepared'));
    for (const number of [1, 2, 3]) {
      await expectWhole(join(bench.root, 'workspaces', 'acme', 'app', `issue-${number.toString()}`, 'tree'));
    }
  });

  it('push the same change, and it is pushed once', async () => {
    const workspaces = bench.workspaces();
    const asked = await request(bench);
    const workspace = await workspaces.prepare(asked);
    await writeFiles(workspace.tree, { 'new.txt': 'x' });
    const change = await workspaces.exportChange(workspace, exportOf(asked.baseOid));
    await workspace.release();
    if (!change) throw new Error('nothing was exported');
    const options = { root: bench.root, artifacts: bench.artifacts, token: () => Promise.resolve(null) };
    const push = { remote: bench.origin.remote, change, branch: 'ghw/issue-7', expectedOid: null };
    const both = await Promise.all([createPublisher(options).push(push), createPublisher(options).push(push)]);
    expect(both.map(({ headOid }) => headOid)).toEqual([change.headOid, change.headOid]);
    expect(await bench.origin.head('ghw/issue-7')).toBe(change.headOid);
  });
});

/** Processes of git that have this on their command line. */
function gitsOf(mark: string): number[] {
  return readProcesses()
    .filter((entry) => !entry.zombie)
    .map((entry) => entry.pid)
    .filter((pid) => {
      const command = commandOf(pid);
      return command.includes(mark) && command.includes('git');
    });
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid.toString()}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 20));
}
