import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findGroupPlaces, makeControlGroup } from '../../src/sandbox/control-groups.ts';
import { noLimits } from '../../src/sandbox/limits.ts';

const limits = { ...noLimits, memoryBytes: 1_000_000, processes: 50, cpus: 0.5 };

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ghw-groups-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Lays out files as the kernel shows them. */
async function layOut(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

async function read(...path: string[]): Promise<string> {
  return await readFile(join(root, ...path), 'utf8');
}

describe('control groups', () => {
  it('of version 2 are made where the worker’s own group has been delegated', async () => {
    await layOut({
      self: '0::/service\n',
      'cgroup.controllers': 'cpu memory pids',
      'service/cgroup.controllers': 'cpu memory pids',
      'service/cgroup.subtree_control': '',
    });

    const places = findGroupPlaces(root, join(root, 'self'));
    const group = makeControlGroup(places, limits, 'run');

    expect(places).toMatchObject({ version: 2, parents: { memory: join(root, 'service') } });
    expect(await read('service', 'cgroup.subtree_control')).toBe('+memory +pids +cpu');
    expect(await read('service', 'run', 'memory.max')).toBe('1000000');
    expect(await read('service', 'run', 'pids.max')).toBe('50');
    expect(await read('service', 'run', 'cpu.max')).toBe('50000 100000');
    expect(group.join).toEqual([join(root, 'service', 'run', 'cgroup.procs')]);
  });

  it('of version 1 are made below the worker’s own, one for each limit', async () => {
    await layOut({
      self: '8:pids:/\n4:memory:/box\n1:cpu:/\n',
      'pids/cgroup.procs': '',
      'memory/box/cgroup.procs': '',
      'cpu/cgroup.procs': '',
    });

    const group = makeControlGroup(findGroupPlaces(root, join(root, 'self')), limits, 'run');

    expect(await read('memory', 'box', 'run', 'memory.limit_in_bytes')).toBe('1000000');
    expect(await read('pids', 'run', 'pids.max')).toBe('50');
    expect(await read('cpu', 'run', 'cpu.cfs_quota_us')).toBe('50000');
    expect(group.join).toHaveLength(3);
  });

  it('tell which limit was run into', async () => {
    await layOut({
      self: '0::/\n',
      'cgroup.controllers': 'memory pids',
      'cgroup.subtree_control': '',
    });
    const group = makeControlGroup(findGroupPlaces(root, join(root, 'self')), limits, 'run');
    const told = [group.exceeded()];

    await layOut({ 'run/pids.events': 'max 3\n' });
    told.push(group.exceeded());
    await layOut({ 'run/memory.events': 'oom 1\noom_kill 1\n' });
    told.push(group.exceeded());

    expect(told).toEqual([null, 'processes', 'memory']);
  });

  it('are done without where none can be made', async () => {
    await layOut({ self: '0::/elsewhere\n', 'cgroup.controllers': '' });

    const places = findGroupPlaces(root, join(root, 'self'));

    expect(places.parents).toEqual({});
    expect(makeControlGroup(places, limits, 'run').join).toEqual([]);
  });
});
