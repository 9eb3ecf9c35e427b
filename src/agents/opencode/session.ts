import { readFile, rm } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { findInHome } from '../home-files.ts';
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
