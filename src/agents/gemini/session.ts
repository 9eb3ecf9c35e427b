import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const PROJECTS = '.gemini/tmp';

/** The project's folder, which {@link geminiFiles} makes so. */
const OWN_PROJECT = 'workspace';

/** Where a session's file may be, relative to the home. Its name holds the id's first part. */
export async function geminiSessionPaths(home: string, sessionId: string): Promise<string[]> {
  const ending = `-${sessionId.slice(0, 8)}.jsonl`;
  const files = await readdir(join(home, PROJECTS), { recursive: true }).catch(() => []);
  const found = files.filter((file) => file.includes('/chats/session-') && file.endsWith(ending));
  if (found.length > 0) return found.map((file) => `${PROJECTS}/${file}`).sort();
  return [`${PROJECTS}/${OWN_PROJECT}/chats/session-2025-01-01T00-00${ending}`];
}
