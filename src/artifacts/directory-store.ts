import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GhwError } from '../domain/errors.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { ArtifactStore } from './store.ts';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const digestPattern = /^[0-9a-f]{64}$/;

/**
 * A store in a directory: `<root>/sha256/ab/cd/<digest>`. Directories are 0700 and files 0600, because sessions and
 * transcripts hold whatever an agent has read. Bytes are verified on every read; what fails is treated as absent and
 * replaced by the next `put`.
 *
 * @throws GhwError `DiskFull` from `put` and `putFile` when the disk has no room.
 */
export function createDirectoryStore(root: string): ArtifactStore {
  const base = resolve(root);
  const incoming = join(base, 'incoming');

  async function put(bytes: Uint8Array | string): Promise<ArtifactRef> {
    const data = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
    const ref = { sha256: createHash('sha256').update(data).digest('hex'), bytes: data.byteLength };
    if (await holds(ref)) return ref;
    return await receive(async (temporary) => {
      await writeFile(temporary, data, { mode: FILE_MODE, flag: 'wx' });
      return ref;
    });
  }

  async function putFile(path: string): Promise<ArtifactRef> {
    // Digest and copy in one pass, so that a file that is still being written cannot end under another's digest.
    return await receive(async (temporary) => await copyWithDigest(path, temporary));
  }

  async function get(ref: ArtifactRef): Promise<Buffer | undefined> {
    const bytes = await readIfPresent(pathOf(base, ref));
    if (bytes?.byteLength !== ref.bytes) return undefined;
    return createHash('sha256').update(bytes).digest('hex') === ref.sha256 ? bytes : undefined;
  }

  async function getFile(ref: ArtifactRef, path: string): Promise<boolean> {
    if (!(await holds(ref))) return false;
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      await copyFile(pathOf(base, ref), temporary);
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
    return true;
  }

  /** True if the stored bytes are there and still match their digest. */
  async function holds(ref: ArtifactRef): Promise<boolean> {
    const path = pathOf(base, ref);
    const size = await stat(path).then(
      (found) => found.size,
      (error: unknown) => absent(error),
    );
    if (size !== ref.bytes) return false;
    return (await digestOf(path)).sha256 === ref.sha256;
  }

  /** Lets `write` fill a file under a name of its own, then gives it its final name in one step. */
  async function receive(write: (temporary: string) => Promise<ArtifactRef>): Promise<ArtifactRef> {
    const temporary = join(incoming, randomUUID());
    try {
      await mkdir(incoming, { recursive: true, mode: DIRECTORY_MODE });
      const ref = await write(temporary);
      const target = pathOf(base, ref);
      await mkdir(dirname(target), { recursive: true, mode: DIRECTORY_MODE });
      await flush(temporary);
      await rename(temporary, target);
      return ref;
    } catch (error) {
      throw explained(error, base);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  return { put, putFile, get, getFile };
}

function pathOf(base: string, ref: ArtifactRef): string {
  if (!digestPattern.test(ref.sha256)) {
    throw new GhwError('InvalidInput', 'An artifact is named by 64 lower-case hexadecimal digits.', {
      hint: 'Use the reference exactly as the store gave it.',
    });
  }
  return join(base, 'sha256', ref.sha256.slice(0, 2), ref.sha256.slice(2, 4), ref.sha256);
}

async function copyWithDigest(from: string, to: string): Promise<ArtifactRef> {
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(from), meter, createWriteStream(to, { mode: FILE_MODE, flags: 'wx' }));
  return { sha256: hash.digest('hex'), bytes };
}

async function digestOf(path: string): Promise<ArtifactRef> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { sha256: hash.digest('hex'), bytes };
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    return absent(error);
  }
}

function absent(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

function explained(error: unknown, base: string): unknown {
  const code = codeOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new GhwError('DiskFull', `The artifact store at ${base} has no room left.`, {
    hint: 'Free space on that disk; the step is tried again by itself.',
    cause: error,
  });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
