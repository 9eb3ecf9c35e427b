import { lutimes, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { acquireLock, tryLock, withLock } from '../../src/workspace/lock.ts';
import { nameOf, thisProcess } from '../../src/workspace/process-identity.ts';
import { Child } from './child.ts';
import { writeFiles } from './support.ts';

let dir: string;
let lockDir: string;
const children: Child[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ghw-lock-'));
  lockDir = join(dir, 'lock');
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  await rm(dir, { recursive: true, force: true });
});

function childHolding(): Child {
  const child = new Child(`
    const { acquireLock } = await load('workspace/lock.ts');
    await acquireLock(${JSON.stringify(lockDir)}, { what: 'it', waitMs: 0 });
    console.log('held');
    setInterval(() => undefined, 1000);
  `);
  children.push(child);
  return child;
}

const options = { what: 'it', waitMs: 60_000 };

describe('a lock', () => {
  it('is held by one at a time, also within a process', async () => {
    const lock = await tryLock(lockDir);
    expect(lock).not.toBeNull();
    expect(await tryLock(lockDir)).toBeNull();
    await lock?.release();
    await lock?.release();
    const next = await tryLock(lockDir);
    expect(next).not.toBeNull();
    expect(await tryLock(lockDir)).toBeNull();
  });

  it('goes to one of many who want it, one after the other', async () => {
    let inside = 0;
    let most = 0;
    let served = 0;
    await Promise.all(
      Array.from({ length: 12 }, () =>
        withLock(lockDir, options, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((done) => setTimeout(done, 5));
          served += 1;
          inside -= 1;
        }),
      ),
    );
    expect([most, served]).toEqual([1, 12]);
  });

  it('is given up when the work under it fails', async () => {
    await expect(withLock(lockDir, options, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await tryLock(lockDir)).not.toBeNull();
  });

  it('is not taken from another process that lives, and says who waits for what', async () => {
    expect(await childHolding().line()).toBe('held');
    await expect(acquireLock(lockDir, { what: 'the mirror of acme/app', waitMs: 100 })).rejects.toMatchObject({
      name: 'WorkspaceFailed',
      retryable: true,
      message: expect.stringContaining('the mirror of acme/app'),
    });
  });

  it('is taken over from a process that was killed, by exactly one', async () => {
    const child = childHolding();
    await child.line();
    await child.kill();
    const taken = await Promise.all(Array.from({ length: 8 }, () => tryLock(lockDir)));
    expect(taken.filter((lock) => lock !== null)).toHaveLength(1);
  });

  it('is not held by a process that only has the same id', async () => {
    await mkdir(lockDir);
    await symlink(nameOf({ ...thisProcess(), startTime: thisProcess().startTime - 1 }), join(lockDir, '1'));
    expect(await tryLock(lockDir)).not.toBeNull();
  });

  it('is held by a process of another host or container as long as that shows life', async () => {
    await mkdir(lockDir);
    const file = join(lockDir, '1');
    await symlink('0123456789ab.1.1', file);
    expect(await tryLock(lockDir)).toBeNull();
    const longAgo = new Date(Date.now() - 10 * 60_000);
    await lutimes(file, longAgo, longAgo);
    expect(await tryLock(lockDir)).not.toBeNull();
  });

  it('is free if its holder makes no sense', async () => {
    await mkdir(lockDir);
    await symlink('nobody', join(lockDir, '1'));
    expect(await tryLock(lockDir)).not.toBeNull();
    await rm(lockDir, { recursive: true });
    await writeFiles(lockDir, { '7': 'a file' });
    expect(await tryLock(lockDir)).not.toBeNull();
  });

  it('leaves one link, however often it is taken', async () => {
    for (let round = 0; round < 20; round += 1) await withLock(lockDir, options, () => Promise.resolve());
    expect(await readdir(lockDir)).toEqual(['20.free']);
  });

  it('can be discarded while others wait for it', async () => {
    for (let round = 0; round < 30; round += 1) {
      const lock = await acquireLock(lockDir, options);
      const waiting = Array.from({ length: 4 }, () => withLock(lockDir, options, () => Promise.resolve()));
      await lock.discard();
      await Promise.all(waiting);
    }
    expect(await readdir(dir)).toEqual(['lock']);
  });

  it('that was discarded has no hold on the next one of its name', async () => {
    const lock = await acquireLock(lockDir, options);
    await lock.discard();
    const next = await acquireLock(lockDir, options);
    await lock.release();
    await lock.discard();
    expect(await tryLock(lockDir)).toBeNull();
    await next.release();
  });

  it('stops waiting when told to', async () => {
    await acquireLock(lockDir, options);
    const stop = new AbortController();
    const waiting = acquireLock(lockDir, { ...options, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('keeps several processes apart', async () => {
    const counter = join(dir, 'counter');
    await writeFile(counter, '0');
    const many = Array.from(
      { length: 4 },
      () =>
        new Child(`
          const { readFile, writeFile } = await import('node:fs/promises');
          const { withLock } = await load('workspace/lock.ts');
          for (let round = 0; round < 25; round++) {
            await withLock(${JSON.stringify(lockDir)}, { what: 'it', waitMs: 60000 }, async () => {
              const value = Number(await readFile(${JSON.stringify(counter)}, 'utf8'));
              await writeFile(${JSON.stringify(counter)}, String(value + 1));
            });
          }
          console.log('done');
        `),
    );
    children.push(...many);
    await Promise.all(many.map((child) => child.line()));
    expect(await readFile(counter, 'utf8')).toBe('100');
  });
});
