import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import type { Config } from '../../config/schema.ts';
import { createSandbox } from '../../sandbox/create-sandbox.ts';
import { groupPlaces } from '../../sandbox/enclosure.ts';
import type { Check } from './check.ts';

const GIB = 1024 ** 3;
const FAIL_BELOW_BYTES = 1 * GIB;
const WARN_BELOW_BYTES = 5 * GIB;
/** As `engines` of package.json says. */
const NEEDED = [20, 19] as const;
/** The oldest that everything was tried out with. */
const NEEDED_GIT = [2, 39] as const;

export function checkNode(): Promise<readonly Check[]> {
  const isEnough = isAtLeast(process.versions.node.split('.').map(Number), NEEDED);
  const found = { name: 'Node', message: process.versions.node };
  return Promise.resolve([
    isEnough
      ? { ...found, status: 'ok' }
      : { ...found, status: 'fail', mend: `Install Node ${NEEDED.join('.')} or later.` },
  ]);
}

/** Whether git is there, and has what is asked of it. */
export async function checkGit(): Promise<readonly Check[]> {
  const mend = `Install git ${NEEDED_GIT.join('.')} or later.`;
  const { stdout, failed } = await execa('git', ['--version'], { reject: false, stdin: 'ignore', timeout: 10_000 });
  const [, version = '', major, minor] = /^git version ((\d+)\.(\d+)\S*)/.exec(failed ? '' : stdout) ?? [];
  if (version === '') return [{ name: 'git', status: 'fail', message: 'is not there, or does not run', mend }];
  const isEnough = isAtLeast([Number(major), Number(minor)], NEEDED_GIT);
  return [{ name: 'git', message: version, ...(isEnough ? { status: 'ok' } : { status: 'fail', mend }) }];
}

function isAtLeast(
  [major = 0, minor = 0]: readonly number[],
  [wantedMajor, wantedMinor]: readonly [number, number],
): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

export async function checkSandbox({ sandbox }: Config): Promise<readonly Check[]> {
  if (sandbox.kind === 'none') {
    return [
      {
        name: 'sandbox',
        status: 'warn',
        message: 'none: agents may read and write whatever this user may',
        mend: 'ghw config set sandbox.kind auto',
      },
    ];
  }
  if (sandbox.kind === 'agent') {
    return [
      {
        name: 'sandbox',
        status: 'warn',
        message: 'agent: each agent holds its own tools; itself and validation may do whatever this user may',
        mend: 'ghw config set sandbox.kind auto',
      },
    ];
  }
  const { kind, user } = await createSandbox({ kind: sandbox.kind, user: sandbox.user ?? undefined });
  const who = user === null ? 'this user' : `user ${user.toString()}`;
  return [
    {
      name: 'sandbox',
      status: 'ok',
      message: `${kind} works; agents run as ${who}, without a network but for their model`,
    },
    checkLimits(sandbox),
  ];
}

/** What of the configured limits this machine can hold, and by what. */
function checkLimits({ limits }: Config['sandbox']): Check {
  const { version, parents } = groupPlaces();
  const groups = `control groups, version ${version.toString()}`;
  const inForce = [
    ...(limits.memory_mib !== null && parents.memory !== undefined ? [`memory (${groups})`] : []),
    ...(limits.processes === null
      ? []
      : [`processes (${parents.processes === undefined ? 'per cage, by the kernel' : groups})`]),
    ...(limits.cpus !== null && parents.cpus !== undefined ? [`cpus (${groups})`] : []),
    ...(limits.file_mib === null ? [] : ['file size (by the kernel)']),
    ...(limits.tmp_mib === null ? [] : ['/tmp (by its size)']),
    ...(limits.disk_mib === null ? [] : ['disk (looked at every second)']),
  ];
  const missing = [
    ...(limits.memory_mib !== null && parents.memory === undefined ? ['memory'] : []),
    ...(limits.cpus !== null && parents.cpus === undefined ? ['cpus'] : []),
  ];
  const message = inForce.length === 0 ? 'none in force' : `in force: ${inForce.join(', ')}`;
  if (missing.length === 0) return { name: 'limits', status: 'ok', message };
  return {
    name: 'limits',
    status: 'warn',
    message: `${message}; not in force: ${missing.join(', ')}, for this user may make no control groups`,
    mend: 'Run the worker as a service with Delegate=yes, or see "Limits" in docs/operations.md.',
  };
}

/** Each configured folder: it can be written to, and there is room. */
export async function checkDisk(config: Config): Promise<readonly Check[]> {
  const folders = {
    data_path: config.data_path,
    repository_path: config.repository_path,
    issues_path: config.issues_path,
  };
  return Promise.all(Object.entries(folders).map(([key, folder]) => checkFolder(key, folder)));
}

async function checkFolder(key: string, folder: string): Promise<Check> {
  const there = await nearest(folder);
  try {
    if (!(await stat(there)).isDirectory()) throw new Error(`${there} is no folder`);
    await access(there, constants.W_OK | constants.X_OK);
  } catch (error) {
    const mend = `Make it writable, or choose another: ghw config set ${key} <path>`;
    return {
      name: key,
      status: 'fail',
      message: `${folder} cannot be written to: ${error instanceof Error ? error.message : String(error)}`,
      mend,
    };
  }
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const message = `${folder}, ${(free / GIB).toFixed(1)} GiB free`;
  if (free >= WARN_BELOW_BYTES) return { name: key, status: 'ok', message };
  const mend = `Free some space, or choose another disk: ghw config set ${key} <path>`;
  return { name: key, status: free < FAIL_BELOW_BYTES ? 'fail' : 'warn', message, mend };
}

/** The folder, or the one above it that is there: what is missing is made when it is needed. */
async function nearest(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  return isThere || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
