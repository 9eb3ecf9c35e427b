import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { and, asc, desc, eq, gt, lt, or, sql } from 'drizzle-orm';
import type { RunRecord } from '../domain/stream/run-event.ts';
import type { StreamStore } from '../domain/stream/stream-store.ts';
import type { LedgerDatabase, Statements } from './database.ts';
import { runChunks, runStreams } from './tables.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Chunks that are read at a time, and what one of them may become. */
const PAGE = 20;
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/** Streams of runs, their chunks in the database itself: an artifact store may be a disk that others do not see. */
export function streamLedger({ transact }: LedgerDatabase): StreamStore {
  return {
    begin: async (stream) =>
      await transact(async (tx) => {
        await tx
          .insert(runStreams)
          .values({ ...stream, touchedAt: stream.startedAt })
          .onConflictDoNothing();
      }),

    last: async (run) =>
      await transact(async (tx) => {
        const [row] = await tx
          .select({ attempt: runChunks.attempt, n: runChunks.last })
          .from(runChunks)
          .where(eq(runChunks.run, run))
          .orderBy(desc(runChunks.attempt), desc(runChunks.last))
          .limit(1);
        return row ?? null;
      }),

    lastOf: async (run, attempt) =>
      await transact(async (tx) => {
        const last = sql`coalesce(max(${runChunks.last}), 0)`.mapWith(Number);
        const where = and(eq(runChunks.run, run), eq(runChunks.attempt, attempt));
        const [row] = await tx.select({ last }).from(runChunks).where(where);
        return row?.last ?? 0;
      }),

    append: async ({ run, records }) => {
      const [first, last] = [records[0], records.at(-1)];
      if (first === undefined || last === undefined) return;
      const bytes = await compress(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      const row = { run, attempt: first.attempt, first: first.n, last: last.n, bytes };
      await transact(async (tx) => await storeChunk(tx, row, last.at));
    },

    settle: async (run, outcome) =>
      await transact(async (tx) => {
        await tx.update(runStreams).set({ outcome }).where(eq(runStreams.run, run));
      }),

    forget: async (before) =>
      await transact(async (tx) => {
        const gone = await tx
          .delete(runStreams)
          .where(lt(runStreams.touchedAt, before))
          .returning({ run: runStreams.run });
        return gone.length;
      }),

    list: async (workflowId) =>
      await transact(async (tx) => {
        const rows = await tx
          .select({
            stream: runStreams,
            records: sql`coalesce(sum(${runChunks.last} - ${runChunks.first} + 1), 0)`.mapWith(Number),
            bytes: sql`coalesce(sum(length(${runChunks.bytes})), 0)`.mapWith(Number),
          })
          .from(runStreams)
          .leftJoin(runChunks, eq(runChunks.run, runStreams.run))
          .where(eq(runStreams.workflowId, workflowId))
          .groupBy(runStreams.run)
          .orderBy(asc(runStreams.startedAt), asc(runStreams.run));
        return rows.map(({ stream, ...size }) => ({ ...stream, ...size }));
      }),

    arrived: async (run, after) => {
      const rows = await transact(
        async (tx) =>
          await tx
            .select({ sequence: runChunks.sequence, bytes: runChunks.bytes })
            .from(runChunks)
            .where(and(eq(runChunks.run, run), gt(runChunks.sequence, after)))
            .orderBy(asc(runChunks.sequence))
            .limit(PAGE),
      );
      const at = rows.at(-1)?.sequence ?? after;
      const records = (await Promise.all(rows.map(({ bytes }) => recordsIn(bytes)))).flat();
      return { records, at, next: rows.length === PAGE ? at : null };
    },

    async *ordered(run) {
      let place = { attempt: 0, first: 0 };
      for (;;) {
        const rows = await transact(async (tx) => await chunksAfter(tx, run, place));
        for (const { bytes } of rows) yield await recordsIn(bytes);
        const last = rows.at(-1);
        if (last === undefined) return;
        place = last;
      }
    },
  };
}

async function storeChunk(tx: Statements, row: typeof runChunks.$inferInsert, touchedAt: string): Promise<void> {
  await tx
    .insert(runChunks)
    .values(row)
    .onConflictDoUpdate({
      target: [runChunks.run, runChunks.attempt, runChunks.first],
      // Anew in the order of arrival, for who has read the shorter one.
      set: { last: row.last, bytes: row.bytes, sequence: sql`DEFAULT` },
      // The longer one holds the shorter; of two that end at the same record, one has the agent's lines.
      setWhere: sql`(excluded.last, length(excluded.bytes)) > (${runChunks.last}, length(${runChunks.bytes}))`,
    });
  await tx.update(runStreams).set({ touchedAt }).where(eq(runStreams.run, row.run));
}

async function chunksAfter(
  tx: Statements,
  run: string,
  place: { readonly attempt: number; readonly first: number },
): Promise<{ attempt: number; first: number; bytes: Uint8Array }[]> {
  return await tx
    .select({ attempt: runChunks.attempt, first: runChunks.first, bytes: runChunks.bytes })
    .from(runChunks)
    .where(
      and(
        eq(runChunks.run, run),
        or(
          gt(runChunks.attempt, place.attempt),
          and(eq(runChunks.attempt, place.attempt), gt(runChunks.first, place.first)),
        ),
      ),
    )
    .orderBy(asc(runChunks.attempt), asc(runChunks.first))
    .limit(PAGE);
}

async function recordsIn(bytes: Uint8Array): Promise<RunRecord[]> {
  const text = (await expand(bytes, { maxOutputLength: MAX_CHUNK_BYTES })).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunRecord);
}
