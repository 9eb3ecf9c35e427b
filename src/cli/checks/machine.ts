import { access, constants, mkdir, statfs } from 'node:fs/promises';
import type { Config } from '../../config/schema.ts';
import { createSandbox } from '../../sandbox/create-sandbox.ts';
import type { Check } from './check.ts';

const GIB = 1024 ** 3;
const FAIL_BELOW_BYTES = 1 * GIB;
const WARN_BELOW_BYTES = 5 * GIB;
/** As `engines` of package.json says. */
const NEEDED = [20, 19] as const;

export function checkNode(): Promise<readonly Check[]> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
  const found = { name: 'Node', message: process.versions.node };
  return Promise.resolve([
    isEnough
      ? { ...found, status: 'ok' }
      : { ...found, status: 'fail', mend: `Install Node ${NEEDED.join('.')} or later.` },
  ]);
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
  const { kind } = await createSandbox({ kind: sandbox.kind });
  return [{ name: 'sandbox', status: 'ok', message: `${kind} works` }];
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
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (error) {
    const mend = `Make it writable, or choose another: ghw config set ${key} <path>`;
    return { name: key, status: 'fail', message: `${folder} cannot be written to: ${String(error)}`, mend };
  }
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const message = `${folder}, ${(free / GIB).toFixed(1)} GiB free`;
  if (free >= WARN_BELOW_BYTES) return { name: key, status: 'ok', message };
  const mend = `Free some space, or choose another disk: ghw config set ${key} <path>`;
  return { name: key, status: free < FAIL_BELOW_BYTES ? 'fail' : 'warn', message, mend };
}
