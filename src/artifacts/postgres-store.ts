import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import type { ArtifactRef } from '../domain/artifact.ts';
import { GhwError } from '../domain/errors.ts';
import type { LedgerDatabase, Statements } from '../ledger/database.ts';
import { artifacts } from '../ledger/tables.ts';
import type { ArtifactStore } from './store.ts';

export interface PostgresStoreOptions {
  /** The largest artifact, in bytes. Default 64 MiB. */
  readonly maxBytes?: number;
}

const MIB = 1024 * 1024;

/** So much is read at a time: an answer needs several times its size in memory. */
const SLICE_BYTES = 4 * MIB;

/**
 * A store in the ledger's database, for workers on several hosts. Bytes are verified on every read; what fails is
 * treated as absent and replaced by the next `put`.
 *
 * @throws GhwError `LedgerFailed` from `put` and `putFile` for more than the largest artifact; `LedgerUnreachable`
 */
export function createPostgresStore(database: LedgerDatabase, options: PostgresStoreOptions = {}): ArtifactStore {
  const { maxBytes = 64 * MIB } = options;

  async function put(bytes: Uint8Array | string): Promise<ArtifactRef> {
    const data = Buffer.from(bytes);
    refuseLarger(data.byteLength, maxBytes);
    const ref = { sha256: digestOf(data), bytes: data.byteLength };
    await database.transact(async (tx) => {
      if (await holds(tx, ref)) return;
      await tx
        .insert(artifacts)
        .values({ sha256: ref.sha256, bytes: data })
        .onConflictDoUpdate({ target: artifacts.sha256, set: { bytes: data } });
    });
    return ref;
  }

  async function putFile(path: string): Promise<ArtifactRef> {
    refuseLarger((await stat(path)).size, maxBytes);
    return await put(await readFile(path));
  }

  async function get(ref: ArtifactRef): Promise<Buffer | undefined> {
    const bytes = await database.transact(async (tx) => await readSlices(tx, ref));
    return bytes?.byteLength === ref.bytes && digestOf(bytes) === ref.sha256 ? bytes : undefined;
  }

  async function getFile(ref: ArtifactRef, path: string): Promise<boolean> {
    const bytes = await get(ref);
    if (bytes === undefined) return false;
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      await writeFile(temporary, bytes, { mode: 0o600 });
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
    return true;
  }

  return { put, putFile, get, getFile };
}

/** True if the bytes are there and still match their digest. */
async function holds(tx: Statements, ref: ArtifactRef): Promise<boolean> {
  const digest = sql<string>`encode(sha256(${artifacts.bytes}), 'hex')`;
  const [row] = await tx.select({ digest }).from(artifacts).where(eq(artifacts.sha256, ref.sha256));
  return row?.digest === ref.sha256;
}

/** What is stored under the digest, as far as it should go; undefined if nothing is. */
async function readSlices(tx: Statements, ref: ArtifactRef): Promise<Buffer | undefined> {
  const slices: Buffer[] = [];
  for (let start = 1; start === 1 || start <= ref.bytes; start += SLICE_BYTES) {
    const slice = sql<Buffer>`substring(${artifacts.bytes} FROM ${start}::integer FOR ${SLICE_BYTES}::integer)`;
    const [row] = await tx.select({ slice }).from(artifacts).where(eq(artifacts.sha256, ref.sha256));
    if (row === undefined) return undefined;
    slices.push(row.slice);
  }
  return Buffer.concat(slices);
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function refuseLarger(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  const size = `${Math.ceil(bytes / MIB)} MiB`;
  throw new GhwError(
    'LedgerFailed',
    `An artifact of ${size} is larger than a database keeps (${maxBytes / MIB} MiB).`,
    {
      hint: 'Keep them in files: `ghw config set artifacts.store directory`, on a file system that the workers share.',
      retryable: false,
    },
  );
}
