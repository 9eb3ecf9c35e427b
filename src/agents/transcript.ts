import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { redact } from '../domain/redact.ts';

/** The record of a run: every line that the agent wrote, without its secrets. */
export interface Transcript {
  write(line: string): Promise<void>;
  /** Adds the end of standard error, if any, as a line of its own. */
  close(stderrTail: string): Promise<void>;
}

/**
 * Appends to the file at `path`, which only this user may read. Its directory is made where it is missing. A disk that
 * fails later on ends the record but not the run.
 *
 * @param onLine - told every line as it is written
 */
export async function openTranscript(
  path: string,
  secrets: readonly string[],
  onLine?: (line: string) => void,
): Promise<Transcript> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a', 0o600);

  let broken = false;

  async function write(line: string): Promise<void> {
    const clean = redact(line, secrets);
    onLine?.(clean);
    if (broken) return;
    await file.appendFile(`${clean}\n`).catch(() => {
      broken = true;
    });
  }

  async function close(stderrTail: string): Promise<void> {
    if (stderrTail.trim() !== '') await write(JSON.stringify({ type: 'stderr', text: stderrTail }));
    await file.close();
  }

  return { write, close };
}
