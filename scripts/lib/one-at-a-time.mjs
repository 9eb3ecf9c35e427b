import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './paths.mjs';

const lock = join(tmpdir(), `gh-worker-prepare-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);
const ownerFile = join(lock, 'pid');
const askEveryMs = 200;

/**
 * Prepares this checkout in one process at a time: `npm run demo` beside `npm test` waits for its install and build.
 * With Node's own modules only, for there is nothing else yet.
 *
 * @param {() => Promise<void>} action
 */
export async function oneAtATime(action) {
  let told = false;
  while (!take()) {
    if (!told) process.stderr.write('Waiting for another preparation of this checkout ...\n');
    told = true;
    await sleep(askEveryMs);
  }
  try {
    await action();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** @returns {boolean} true when the lock is ours */
function take() {
  try {
    mkdirSync(lock);
    writeFileSync(ownerFile, String(process.pid));
    return true;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
  if (ownerIsGone()) rmSync(lock, { recursive: true, force: true });
  return false;
}

function ownerIsGone() {
  try {
    process.kill(Number(readFileSync(ownerFile, 'utf8')), 0);
    return false;
  } catch (error) {
    // ENOENT is the moment between making the folder and naming its owner.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
