import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { GhwError } from '../domain/errors.ts';
import { errorCode } from './error-code.ts';
import { endChildrenOf, lifeOf, processIdentitySchema, thisProcess } from './process-identity.ts';

/** A lock that this process holds. */
export interface Lock {
  /** Gives it back; a second call does nothing. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** What is locked, for the error: `the workspace of acme/app#7`. */
  readonly what: string;
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
}

const holdingSchema = z.object({ id: z.string(), owner: processIdentitySchema.nullable() });
type Holding = z.infer<typeof holdingSchema>;

/** How often a holder shows that it lives to those who cannot see its process. */
const BEAT_MS = 10_000;
/** After so long without a beat a holder that we cannot see counts as dead. */
const SILENCE_MS = 90_000;
const POLL_MS = 50;

/**
 * Takes a lock between processes, on this host or another one that shares the directory. A holder that died is noticed
 * (a recycled process id does not pass for it), what it left running is killed, and the lock is taken over.
 *
 * The lock is a directory with one numbered file per holder; the highest number holds. A number is created by a hard
 * link, which succeeds for one process only, and is never used twice, so two that find a dead holder at once cannot
 * both take over.
 *
 * @throws GhwError `WorkspaceFailed`, retryable, if another process holds it for longer than `waitMs`; the signal's reason.
 */
export async function acquireLock(directory: string, options: LockOptions): Promise<Lock> {
  const deadline = performance.now() + options.waitMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const lock = await tryLock(directory);
    if (lock) return lock;
    if (performance.now() > deadline) {
      throw new GhwError('WorkspaceFailed', `Another process of this host is using ${options.what}.`, {
        hint: 'It is tried again by itself; if it stays so, look for a second worker on the same data directory.',
      });
    }
    await sleep(POLL_MS * (1 + Math.random()), undefined, options.signal ? { signal: options.signal } : {});
  }
}

/** Takes the lock if nobody alive holds it. */
export async function tryLock(directory: string): Promise<Lock | null> {
  if (!(await made(directory))) return null;
  const latest = await latestNumber(directory);
  const holding = latest === 0 ? null : await readHolding(directory, latest);
  if (holding === 'gone') return null;
  if (holding?.owner && (await isHeld(directory, latest, holding.owner))) return null;
  if (holding?.owner) endChildrenOf(holding.owner);
  const mine: Holding = { id: randomUUID(), owner: thisProcess() };
  const number = latest + 1;
  if (!(await create(directory, number, mine))) return null;
  if ((await latestNumber(directory)) !== number) {
    await rm(join(directory, number.toString()), { force: true });
    return null;
  }
  await sweep(directory, number);
  return held(directory, number, mine);
}

/** Removes a lock that this process holds and that nobody will want again; those who wait for it begin a new one. */
export async function discardLock(directory: string, lock: Lock): Promise<void> {
  const aside = join(dirname(directory), `.discarded-${randomUUID()}`);
  await rename(directory, aside).catch(() => undefined);
  await lock.release();
  await rm(aside, { recursive: true, force: true });
}

/** Runs `act` under the lock. */
export async function withLock<T>(directory: string, options: LockOptions, act: () => Promise<T>): Promise<T> {
  const lock = await acquireLock(directory, options);
  try {
    return await act();
  } finally {
    await lock.release();
  }
}

function held(directory: string, number: number, mine: Holding): Lock {
  const file = join(directory, number.toString());
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT_MS);
  beat.unref();
  let released: Promise<void> | undefined;
  async function release(): Promise<void> {
    clearInterval(beat);
    const temporary = join(directory, `.${randomUUID()}`);
    try {
      await writeFile(temporary, JSON.stringify({ ...mine, owner: null }), { mode: 0o600 });
      await rename(temporary, file);
    } catch (error) {
      // The directory was discarded, and the lock with it.
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  return { release: () => (released ??= release()) };
}

async function isHeld(directory: string, number: number, owner: NonNullable<Holding['owner']>): Promise<boolean> {
  const life = lifeOf(owner);
  if (life !== 'unknown') return life === 'alive';
  const beat = await stat(join(directory, number.toString())).catch(() => undefined);
  return beat !== undefined && Date.now() - beat.mtimeMs < SILENCE_MS;
}

/** False if somebody discarded the directory at this very moment. */
async function made(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** True if this process, and no other, made the file; it appears with its content. */
async function create(directory: string, number: number, holding: Holding): Promise<boolean> {
  const temporary = join(directory, `.${randomUUID()}`);
  try {
    await writeFile(temporary, JSON.stringify(holding), { mode: 0o600 });
    await link(temporary, join(directory, number.toString()));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST' || errorCode(error) === 'ENOENT') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function latestNumber(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  return Math.max(0, ...names.filter((name) => /^\d{1,15}$/.test(name)).map(Number));
}

/** Null if the file cannot be understood: then nobody who lives holds it, for it appears whole. */
async function readHolding(directory: string, number: number): Promise<Holding | 'gone' | null> {
  try {
    const text = await readFile(join(directory, number.toString()), 'utf8');
    return holdingSchema.parse(JSON.parse(text));
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'gone' : null;
  }
}

/** Removes earlier numbers, and the temporary files of processes that died between writing and linking. */
async function sweep(directory: string, number: number): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    const isOld = name.startsWith('.') && Date.now() - (await modified(path)) > SILENCE_MS;
    if (isOld || (/^\d+$/.test(name) && Number(name) < number)) await rm(path, { force: true });
  }
}

async function modified(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.mtimeMs ?? Date.now();
}
