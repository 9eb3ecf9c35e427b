import { randomUUID } from 'node:crypto';
import { lstat, lutimes, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GhwError } from '../domain/errors.ts';
import { errorCode } from './error-code.ts';
import { endChildrenOf, identityIn, lifeOf, nameOf, thisProcess, type ProcessIdentity } from './process-identity.ts';

/** A lock that this process holds. */
export interface Lock {
  /** Gives it back; a second call does nothing. */
  release(): Promise<void>;
  /** Gives it back and removes its directory, for what nobody will want again. Who waits for it begins a new one. */
  discard(): Promise<void>;
}

export interface LockOptions {
  /** What is locked, for the error: `the workspace of acme/app#7`. */
  readonly what: string;
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** How often a holder shows that it lives to those who cannot see its process. */
const BEAT_MS = 10_000;
/** After so long without a beat a holder that we cannot see counts as dead. */
const SILENCE_MS = 90_000;
const POLL_MS = 50;

/**
 * Takes a lock between processes, on this host or another one that shares the directory. A holder that died is noticed
 * (a recycled process id does not pass for it), what it left running is killed, and the lock is taken over.
 *
 * The lock is a directory with one numbered symbolic link per holder, whose target names the process; the highest number
 * holds, until it is renamed to `<number>.free`. A number can be made by one process only and is never used twice, so two
 * that find a dead holder at once cannot both take over. Links need no room of their own: what frees a full disk can
 * still take its locks.
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
    const pause = sleep(POLL_MS * (1 + Math.random()), undefined, options.signal ? { signal: options.signal } : {});
    await pause.catch(() => undefined);
  }
}

/** Takes the lock if nobody alive holds it. */
export async function tryLock(directory: string): Promise<Lock | null> {
  if (!(await made(directory))) return null;
  const latest = await latestEntry(directory);
  if (latest?.free === false) {
    const holder = await readHolder(directory, latest.number);
    if (holder === 'gone' || (await isHeld(directory, latest.number, holder))) return null;
    if (holder) endChildrenOf(holder);
  }
  const number = (latest?.number ?? 0) + 1;
  if (!(await create(directory, number))) return null;
  if ((await latestEntry(directory))?.number !== number) {
    await rm(join(directory, number.toString()), { force: true });
    return null;
  }
  await sweep(directory, number);
  return held(directory, number);
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

function held(directory: string, number: number): Lock {
  const file = join(directory, number.toString());
  const beat = setInterval(() => void lutimes(file, new Date(), new Date()).catch(() => undefined), BEAT_MS);
  beat.unref();
  let ended: Promise<void> | undefined;

  /** Once only: afterwards the same name may be another's. */
  function end(how: () => Promise<void>): Promise<void> {
    clearInterval(beat);
    return (ended ??= how().catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
    }));
  }
  return {
    release: () => end(() => rename(file, `${file}.free`)),
    discard: () =>
      end(async () => {
        const aside = join(dirname(directory), `.discarded-${randomUUID()}`);
        await rename(directory, aside);
        await rm(aside, { recursive: true, force: true });
      }),
  };
}

/** A holder that makes no sense is nobody who lives: a link appears whole. */
async function isHeld(directory: string, number: number, holder: ProcessIdentity | undefined): Promise<boolean> {
  if (!holder) return false;
  const life = lifeOf(holder);
  if (life !== 'unknown') return life === 'alive';
  const beat = await lstat(join(directory, number.toString())).catch(() => undefined);
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

/** True if this process, and no other, made the link. */
async function create(directory: string, number: number): Promise<boolean> {
  try {
    await symlink(nameOf(thisProcess()), join(directory, number.toString()));
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  }
}

interface Entry {
  readonly name: string;
  readonly number: number;
  readonly free: boolean;
}

async function entriesIn(directory: string): Promise<Entry[]> {
  const names = await readdir(directory).catch(() => []);
  return names.flatMap((name) => {
    const [, number, free] = /^(\d{1,15})(\.free)?$/.exec(name) ?? [];
    return number === undefined ? [] : [{ name, number: Number(number), free: free !== undefined }];
  });
}

async function latestEntry(directory: string): Promise<Entry | undefined> {
  const entries = await entriesIn(directory);
  return entries.sort((a, b) => b.number - a.number)[0];
}

async function readHolder(directory: string, number: number): Promise<ProcessIdentity | 'gone' | undefined> {
  try {
    return identityIn(await readlink(join(directory, number.toString())));
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'gone' : undefined;
  }
}

async function sweep(directory: string, number: number): Promise<void> {
  for (const entry of await entriesIn(directory)) {
    if (entry.number < number) await rm(join(directory, entry.name), { force: true });
  }
}
