import { readFile, rm } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { findInHome, readInHome } from '../home-files.ts';
import { applyWriteAheadLog } from './write-ahead-log.ts';

/** All sessions of a home are in one database. */
const DATABASE = '.local/share/opencode/opencode.db';

/** Ids are OpenCode's own: one that we chose names no session yet. */
export function opencodeSessionPaths(_home: string, sessionId: string): Promise<string[]> {
  return Promise.resolve(sessionId.startsWith('ses_') ? [DATABASE] : []);
}

/** Brings the database and its log together, so that the database alone can be carried to another host. */
export async function settleDatabase(home: string): Promise<void> {
  const [database, log] = await Promise.all([findInHome(home, DATABASE), findInHome(home, `${DATABASE}-wal`)]);
  if (database === null || log === null) return;
  const whole = applyWriteAheadLog(await readFile(database), await readFile(log));
  await writeFileAtomic(database, whole, { mode: 0o600 });
  await Promise.all([log, `${database}-shm`].map((file) => rm(file, { force: true })));
}

/**
 * The database with its log while OpenCode writes them. It only ever adds to the log; should it bring the two together
 * after all, the log begins anew, and the next look is tried.
 */
export async function readRunningDatabase(home: string, sessionId: string): Promise<Buffer | null> {
  if (!sessionId.startsWith('ses_')) return null;
  for (let tries = 0; tries < 3; tries += 1) {
    const before = await readInHome(home, `${DATABASE}-wal`);
    const database = await readInHome(home, DATABASE);
    const log = await readInHome(home, `${DATABASE}-wal`);
    if (database === null) return null;
    if (before === null && log === null) return database;
    const isSameLog = before !== null && log?.subarray(0, before.length).equals(before) === true;
    if (isSameLog) return applyWriteAheadLog(database, log);
  }
  return null;
}
