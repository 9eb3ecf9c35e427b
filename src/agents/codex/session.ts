import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { noUsage, type TokenUsage } from '../../domain/agent-run.ts';
import { readJsonLine } from '../read-json-line.ts';
import { codexUsage } from './lines.ts';
import { codexTokens } from './parse.ts';

const SESSIONS = '.codex/sessions';

/** A thread is in a folder named after the day on which it began. Codex finds it in any. */
const CARRIED = `${SESSIONS}/2025/01/01`;

const count = z.looseObject({
  type: z.literal('event_msg'),
  payload: z.looseObject({
    type: z.literal('token_count'),
    info: z.looseObject({ total_token_usage: codexUsage }),
  }),
});

/** Where a thread's file may be, relative to the home. */
export async function codexSessionPaths(home: string, sessionId: string): Promise<string[]> {
  const carried = `${CARRIED}/rollout-2025-01-01T00-00-00-${sessionId}.jsonl`;
  const files = await readdir(join(home, SESSIONS), { recursive: true }).catch(() => []);
  const found = files.filter((file) => file.endsWith(`-${sessionId}.jsonl`)).map((file) => `${SESSIONS}/${file}`);
  // A home that knows the thread keeps it where it is: two files of one thread would be two truths.
  return found.length > 0 ? found : [carried];
}

/** What a thread has used, as Codex writes it down after every answer of the model. */
export async function codexSessionUsage(sessionFile: string): Promise<TokenUsage> {
  const text = await readFile(sessionFile, 'utf8').catch(() => '');
  const last = text
    .split('\n')
    .findLast((line) => line.includes('"token_count"') && readJsonLine(count, line) !== null);
  const read = readJsonLine(count, last ?? '');
  return read === null ? noUsage : codexTokens(read.payload.info.total_token_usage);
}
