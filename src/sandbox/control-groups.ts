import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CageLimits } from './sandbox.ts';

/** Which of the limits that are counted over all processes together a host can hold. */
export type GroupLimit = 'memory' | 'processes' | 'cpus';

/** Where control groups can be made, by limit. */
export interface GroupPlaces {
  readonly version: 1 | 2;
  readonly parents: Readonly<Partial<Record<GroupLimit, string>>>;
}

/** The control groups of one run. */
export interface ControlGroup {
  /** `cgroup.procs` files: a process that writes its id there belongs to the run, with all that it starts. */
  readonly join: readonly string[];
  /** Which limit something inside has run into; null for none. */
  exceeded(): 'memory' | 'processes' | null;
  remove(): Promise<void>;
}

const controllers: Readonly<Record<GroupLimit, string>> = { memory: 'memory', processes: 'pids', cpus: 'cpu' };
const PERIOD_US = 100_000;
const REMOVE_TRIES = 40;

/**
 * Looks where this process may make control groups: below its own group, as the older version has it, or, in the newer,
 * below its own or beside it, where a service manager has delegated that (`Delegate=yes`, with a subgroup for the
 * worker). Makes one and removes it.
 *
 * @param root - where control groups are mounted
 */
export function findGroupPlaces(root = '/sys/fs/cgroup', self = '/proc/self/cgroup'): GroupPlaces {
  const lines = readText(self)
    .split('\n')
    .map((line) => line.split(':'));
  if (existsSync(join(root, 'cgroup.controllers'))) {
    const own = join(root, lines.find(([id]) => id === '0')?.[2] ?? '/');
    const parent = [own, dirname(own)].find((path) => path.startsWith(root) && offers(path));
    const found = parent === undefined ? [] : readText(join(parent, 'cgroup.subtree_control')).split(/[\s+]+/);
    return { version: 2, parents: pick((name) => (found.includes(name) ? parent : undefined)) };
  }
  return {
    version: 1,
    parents: pick((name) => {
      const own = lines.find(([, names]) => names?.split(',').includes(name))?.[2];
      return [own, '/']
        .flatMap((path) => (path === undefined ? [] : [join(root, name, path)]))
        .find((path) => existsSync(join(path, 'cgroup.procs')) && canMake(path));
    }),
  };
}

/** Makes the groups of one run. */
export function makeControlGroup(places: GroupPlaces, limits: CageLimits, name: string): ControlGroup {
  const made = new Set<string>();
  const set = (limit: GroupLimit, files: Readonly<Record<string, string>>): void => {
    const parent = places.parents[limit];
    if (parent === undefined) return;
    const path = join(parent, name);
    mkdirSync(path, { recursive: true });
    made.add(path);
    for (const [file, value] of Object.entries(files)) write(join(path, file), value);
  };
  const { memoryBytes, processes, cpus } = limits;
  const isOld = places.version === 1;
  if (memoryBytes !== null) {
    const bytes = memoryBytes.toString();
    set('memory', isOld ? { 'memory.limit_in_bytes': bytes } : { 'memory.max': bytes, 'memory.swap.max': '0' });
  }
  if (processes !== null) set('processes', { 'pids.max': processes.toString() });
  if (cpus !== null) {
    const quota = Math.max(1_000, Math.round(cpus * PERIOD_US)).toString();
    const period = PERIOD_US.toString();
    set(
      'cpus',
      isOld ? { 'cpu.cfs_period_us': period, 'cpu.cfs_quota_us': quota } : { 'cpu.max': `${quota} ${period}` },
    );
  }
  return {
    join: [...made].map((path) => join(path, 'cgroup.procs')),
    exceeded: () => exceeded(places, name),
    remove: () => removeAll([...made]),
  };
}

function exceeded({ version, parents }: GroupPlaces, name: string): 'memory' | 'processes' | null {
  const countIn = (limit: GroupLimit, file: string, key: string): number => {
    const parent = parents[limit];
    const text = parent === undefined ? '' : readText(join(parent, name, file));
    return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  };
  const killed = countIn('memory', version === 1 ? 'memory.oom_control' : 'memory.events', 'oom_kill');
  if (killed > 0) return 'memory';
  return countIn('processes', 'pids.events', 'max') > 0 ? 'processes' : null;
}

/** A group can be removed once its last process is gone for good, which takes the kernel a moment. */
async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    for (let tries = 0; tries < REMOVE_TRIES && existsSync(path); tries += 1) {
      try {
        rmdirSync(path);
      } catch {
        await sleep(50);
      }
    }
  }
}

/** Whether groups below this one can be limited; asks for it where that was not done yet. */
function offers(path: string): boolean {
  const there = readText(join(path, 'cgroup.controllers')).split(/\s+/);
  const wanted = Object.values(controllers).filter((name) => there.includes(name));
  if (wanted.length === 0) return false;
  try {
    // Refused for a group with processes of its own, which is why the one above it is looked at too.
    write(join(path, 'cgroup.subtree_control'), wanted.map((name) => `+${name}`).join(' '));
  } catch {
    return false;
  }
  return canMake(path);
}

function canMake(path: string): boolean {
  const probe = join(path, `ghw-probe-${process.pid.toString()}`);
  try {
    mkdirSync(probe);
    rmdirSync(probe);
    return true;
  } catch {
    return false;
  }
}

function pick(find: (controller: string) => string | undefined): GroupPlaces['parents'] {
  return Object.fromEntries(
    Object.entries(controllers).flatMap(([limit, name]) => {
      const path = find(name);
      return path === undefined ? [] : [[limit, path]];
    }),
  );
}

function write(file: string, value: string): void {
  // Swap is not counted everywhere.
  if (file.endsWith('swap.max') && !existsSync(file)) return;
  writeFileSync(file, value);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
