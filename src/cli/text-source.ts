import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { GhwError } from '../domain/errors.ts';
import type { Io } from './io.ts';

/**
 * Reads a text file, or standard input for `-`.
 *
 * @throws GhwError `InvalidInput` if it cannot be read
 */
export async function readTextFile(io: Io, path: string): Promise<string> {
  try {
    return path === '-' ? await readAll(io.stdin) : await readFile(path, 'utf8');
  } catch (error) {
    throw new GhwError('InvalidInput', `${path} cannot be read: ${String(error)}`, { cause: error });
  }
}

/**
 * Has a person edit a text in `$VISUAL`, `$EDITOR` or vi.
 *
 * @throws GhwError `InvalidInput` if the editor fails
 */
export async function editText(io: Io, before: string): Promise<string> {
  const [file = 'vi', ...args] = (io.env.VISUAL ?? io.env.EDITOR ?? 'vi').split(' ').filter((part) => part !== '');
  const folder = await mkdtemp(join(tmpdir(), 'ghw-edit-'));
  const path = join(folder, 'plan.md');
  try {
    await writeFile(path, before, { mode: 0o600 });
    const { execa } = await import('execa');
    const { failed } = await execa(file, [...args, path], { stdio: 'inherit', reject: false });
    if (failed) {
      throw new GhwError('InvalidInput', `The editor ${file} failed; nothing was changed.`, {
        hint: 'Set EDITOR, or give the text with --file.',
      });
    }
    return await readFile(path, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
