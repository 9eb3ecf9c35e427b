import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const PROJECTS = '.claude/projects';

/** The CLI names a session's folder after its working directory, which in a cage is `/workspace`. */
const CAGE_PROJECT = '-workspace';

/**
 * Where a session's file may be, relative to the home: under the cage's project first, then under any other, as without
 * bubblewrap. The CLI resumes a session from another directory too.
 */
export async function claudeSessionPaths(home: string, sessionId: string): Promise<string[]> {
  const folders = await readdir(join(home, PROJECTS)).catch(() => []);
  const others = folders.filter((folder) => folder !== CAGE_PROJECT);
  return [CAGE_PROJECT, ...others].map((folder) => `${PROJECTS}/${folder}/${sessionId}.jsonl`);
}

/**
 * What a session has cost, in US dollars: the CLI writes it to the session's file at the end of a run (also after
 * SIGTERM, not after SIGKILL) and counts on from there when it resumes.
 */
export async function claudeSessionCost(sessionFile: string): Promise<number> {
  const text = await readFile(sessionFile, 'utf8').catch(() => '');
  const line = text.split('\n').findLast((candidate) => candidate.includes('"type":"cost-state"'));
  try {
    const { totalCostUSD } = JSON.parse(line ?? '{}') as { totalCostUSD?: unknown };
    return typeof totalCostUSD === 'number' && totalCostUSD >= 0 ? totalCostUSD : 0;
  } catch {
    return 0;
  }
}
