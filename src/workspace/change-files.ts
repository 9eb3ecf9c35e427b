import { MAX_LISTED_FILES, type Change, type ChangedFile } from '../domain/change.ts';
import { git } from './git.ts';

/** One file of a difference between two commits, as `git diff --raw` tells it. */
export interface FileDifference {
  readonly path: string;
  /** A, M, D, T (another type of file) or R. */
  readonly status: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldOid: string;
  readonly newOid: string;
  /** Lines; null for a binary file. */
  readonly additions: number | null;
  readonly deletions: number | null;
}

/** What differs between two commits, in git's order. */
export async function listDifferences(
  gitDir: string,
  fromOid: string,
  toOid: string,
  renames: 'find' | 'ignore',
): Promise<FileDifference[]> {
  const how = renames === 'find' ? '--find-renames' : '--no-renames';
  const command = ['diff', '--raw', '--numstat', '-z', '--no-abbrev', '--no-ext-diff', '--no-textconv', how];
  const { stdout } = await git([...command, fromOid, toOid, '--'], { gitDir });
  return parseDifferences(stdout.toString('utf8'));
}

/** For a `Change`: totals of all files, and the first of them by name. */
export async function describeChange(
  gitDir: string,
  baseOid: string,
  headOid: string,
): Promise<Pick<Change, 'files' | 'filesChanged' | 'additions' | 'deletions'>> {
  const differences = await listDifferences(gitDir, baseOid, headOid, 'find');
  const files = differences.map(changedFile);
  return {
    files: files.slice(0, MAX_LISTED_FILES),
    filesChanged: files.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
  };
}

/** The output of `git diff --raw --numstat -z`: first all raw records, then all numstat records, in the same order. */
function parseDifferences(output: string): FileDifference[] {
  const fields = output.split('\0');
  const raw: Omit<FileDifference, 'additions' | 'deletions'>[] = [];
  let at = 0;
  for (; fields[at]?.startsWith(':') === true; at += 2) {
    const [oldMode = '', newMode = '', oldOid = '', newOid = '', state = ''] = (fields[at] ?? '').slice(1).split(' ');
    const status = state.slice(0, 1);
    if (status === 'R') at += 1;
    raw.push({ path: fields[at + 1] ?? '', status, oldMode, newMode, oldOid, newOid });
  }
  return raw.map((file) => {
    const [, additions = '', deletions = ''] = /^([^\t]*)\t([^\t]*)\t/.exec(fields[at] ?? '') ?? [];
    // A rename is an empty name followed by the old and the new one.
    at += file.status === 'R' ? 3 : 1;
    return { ...file, additions: lines(additions), deletions: lines(deletions) };
  });
}

function lines(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}

function changedFile({ path, status, additions, deletions }: FileDifference): ChangedFile {
  return { path, status: statusNames[status] ?? 'modified', additions: additions ?? 0, deletions: deletions ?? 0 };
}

const statusNames: Readonly<Record<string, ChangedFile['status']>> = { A: 'added', D: 'deleted', R: 'renamed' };
