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

/** A text as a person left it in an editor. */
export interface EditedText {
  readonly text: string;
  /** Where it is kept until it is discarded. */
  readonly path: string;
  discard(): Promise<void>;
}

/** What the editor shows, and what else a person can do. */
export interface EditorOptions {
  /** The name of the file, by whose ending an editor knows what it holds. */
  readonly name: string;
  /** Completes "Set EDITOR, or …". */
  readonly otherwise: string;
}

/**
 * Has a person edit a text in `$VISUAL`, `$EDITOR` or vi. What they wrote is kept until it is discarded.
 *
 * @returns null if the text is as it was
 * @throws GhwError `InvalidInput` if the editor fails; it says where the text is, if there is one
 */
export async function editText(
  io: Io,
  before: string,
  { name, otherwise }: EditorOptions = { name: 'plan.md', otherwise: 'give the text with --file' },
): Promise<EditedText | null> {
  const command = [io.env.VISUAL, io.env.EDITOR].find((named) => named !== undefined && named.trim() !== '') ?? 'vi';
  const [file = 'vi', ...args] = command.split(' ').filter((part) => part !== '');
  const folder = await mkdtemp(join(tmpdir(), 'ghw-edit-'));
  const path = join(folder, name);
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true });
  await writeFile(path, before, { mode: 0o600 });
  const { execa } = await import('execa');
  const { failed } = await execa(file, [...args, path], { stdio: 'inherit', reject: false });
  const written = await readFile(path, 'utf8').catch(() => before);
  // Editors end the last line; whoever did not mean to change it has not.
  const text = before.endsWith('\n') ? written : written.replace(/\n$/, '');
  if (text === before) await discard();
  if (failed) {
    const kept = text === before ? 'nothing was changed' : `what you wrote is kept in ${path}`;
    throw new GhwError('InvalidInput', `The editor ${file} failed; ${kept}.`, {
      hint: `Set EDITOR, or ${otherwise}.`,
    });
  }
  return text === before ? null : { text, path, discard };
}
