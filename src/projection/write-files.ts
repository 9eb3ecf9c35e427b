import { parseAllDocuments } from 'yaml';
import { digestText } from '../domain/digest.ts';
import { isOurs, UPDATED_AT } from './files.ts';
import type { ProjectedFile } from './projected-file.ts';
import { type Folder, other, readIn, writeIn } from './folder.ts';
import { readdir } from 'node:fs/promises';

/**
 * What was found where a file should be. `empty`, `malformed` and `misplaced` (a link or a folder) are broken; `outdated`
 * is whole but shows something else; `edited` is a plan that somebody changed by hand.
 */
export type Finding = 'ok' | 'missing' | 'outdated' | 'empty' | 'malformed' | 'misplaced' | 'edited';

export interface FileReport {
  readonly name: string;
  readonly found: Finding;
  /** Where a text that somebody had written by hand was kept. */
  readonly keptAs?: string;
}

/** Compares a folder's files with what they should be. */
export async function inspectFiles(
  folder: Folder | undefined,
  files: readonly ProjectedFile[],
): Promise<readonly FileReport[]> {
  if (folder === undefined) return files.map(({ name }) => ({ name, found: 'missing' }));
  return Promise.all(
    files.map(async (file) => ({ name: file.name, found: findingOf(file, await readIn(folder, file.name)) })),
  );
}

/**
 * Makes a folder's files what they should be, and says what had to be done. Files that are right are not touched, and
 * neither are files of others.
 *
 * @throws the system's errors, such as ENOSPC
 */
export async function writeFiles(folder: Folder, files: readonly ProjectedFile[]): Promise<readonly FileReport[]> {
  const reports: FileReport[] = [];
  for (const file of files) {
    const before = await readIn(folder, file.name);
    const found = findingOf(file, before);
    if (found === 'edited' && typeof before === 'string') {
      const keptAs = file.name.replace(/\.md$/, `.edited-${digestText(before).slice(0, 8)}.md`);
      await writeIn(folder, keptAs, before);
      await writeIn(folder, file.name, file.text);
      reports.push({ name: file.name, found, keptAs });
      continue;
    }
    if (found !== 'ok') await writeIn(folder, file.name, file.text);
    reports.push({ name: file.name, found });
  }
  return reports;
}

/** Files with names like ours that nothing is known of: left by an issue that the ledger has lost. */
export async function unknownFiles(
  folder: Folder | undefined,
  files: readonly ProjectedFile[],
): Promise<readonly string[]> {
  if (folder === undefined) return [];
  const known = new Set(files.map(({ name }) => name));
  return (await readdir(folder.path)).filter((name) => isOurs(name) && !known.has(name)).sort();
}

function findingOf({ kind, text }: ProjectedFile, found: string | typeof other | undefined): Finding {
  if (found === undefined) return 'missing';
  if (found === other) return 'misplaced';
  if (found === text) return 'ok';
  if (found.trim() === '') return 'empty';
  switch (kind) {
    case 'plan':
      // A plan's text never changes: a beginning of it was cut off, anything else was written by somebody.
      return text.startsWith(found) ? 'malformed' : 'edited';
    case 'yaml':
      return isYaml(found) ? 'outdated' : 'malformed';
    case 'markdown':
      return isYaml(/^---\n([\s\S]*?\n)---\n/.exec(found)?.[1]) ? 'outdated' : 'malformed';
    case 'time':
      return isTime(found) ? 'outdated' : 'malformed';
  }
}

/** True for YAML that is one map. */
function isYaml(text: string | undefined): boolean {
  if (text === undefined) return false;
  const [document, ...more] = parseAllDocuments(text);
  if (document === undefined || !('errors' in document) || more.length > 0) return false;
  const value: unknown = document.errors.length === 0 ? document.toJS() : undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z\n$/.test(text) && !Number.isNaN(Date.parse(text.trim()));
}

/** When the folder was last brought up to date; null if that is not known. */
export async function updatedAt(folder: Folder): Promise<string | null> {
  const text = await readIn(folder, UPDATED_AT);
  return typeof text === 'string' && isTime(text) ? text.trim() : null;
}
