import type { RepositoryRecord } from '../model/records.ts';
import { Memo } from './memo.ts';
import type { GitObjects } from './objects.ts';
import type { GitRemote } from './remote.ts';

export interface ChangedFile {
  readonly path: string;
  readonly changeType: 'ADDED' | 'CHANGED' | 'COPIED' | 'DELETED' | 'MODIFIED' | 'RENAMED';
  readonly additions: number;
  readonly deletions: number;
}

const changeTypes: Readonly<Record<string, ChangedFile['changeType']>> = {
  A: 'ADDED',
  C: 'COPIED',
  D: 'DELETED',
  M: 'MODIFIED',
  R: 'RENAMED',
  T: 'CHANGED',
};

/** Reads what `git diff --raw --numstat -z` prints: first one record per file with its kind, then one with its counts. */
function parseChangedFiles(output: string): ChangedFile[] {
  const fields = output.split('\0');
  const kinds: ChangedFile['changeType'][] = [];
  const files: ChangedFile[] = [];
  for (let index = 0; index < fields.length - 1; index += 1) {
    const field = fields[index] ?? '';
    if (field.startsWith(':')) {
      const letter = field.slice(field.lastIndexOf(' ') + 1).charAt(0);
      kinds.push(changeTypes[letter] ?? 'MODIFIED');
      index += letter === 'R' || letter === 'C' ? 2 : 1;
      continue;
    }
    const [additions = '', deletions = '', path = ''] = field.split('\t');
    const renamed = path === '';
    const name = renamed ? (fields[index + 2] ?? '') : path;
    if (renamed) index += 2;
    files.push({
      path: name,
      changeType: kinds[files.length] ?? 'MODIFIED',
      additions: Number(additions) || 0,
      deletions: Number(deletions) || 0,
    });
  }
  return files;
}

/** What lies between two commits, computed by git. */
export class GitDifferences {
  readonly #remote: GitRemote;
  readonly #objects: GitObjects;
  readonly #memo = new Memo(5000);

  constructor(remote: GitRemote, objects: GitObjects) {
    this.#remote = remote;
    this.#objects = objects;
  }

  /** The files that `head` changed since it left `base`. */
  files(repository: RepositoryRecord, base: string, head: string): Promise<readonly ChangedFile[]> {
    return this.#memo.get(`files ${repository.id} ${base} ${head}`, async () => {
      const from = await this.#start(repository, base, head);
      const args = ['diff', '--raw', '--numstat', '-z', '-M', from, head, '--'];
      return parseChangedFiles(await this.#remote.run(repository, args));
    });
  }

  /** The unified diff of what `head` changed since it left `base`. */
  async text(repository: RepositoryRecord, base: string, head: string): Promise<string> {
    return this.#remote.run(repository, ['diff', '-M', await this.#start(repository, base, head), head, '--']);
  }

  /** The commits of `head` since it left `base`, as mail patches. */
  patches(repository: RepositoryRecord, base: string, head: string): Promise<string> {
    return this.#remote.run(repository, ['format-patch', '--stdout', `${base}..${head}`, '--']);
  }

  /** The files of one commit against its first parent. */
  commitFiles(repository: RepositoryRecord, oid: string): Promise<readonly ChangedFile[]> {
    return this.#memo.get(`commit ${repository.id} ${oid}`, async () => {
      const [parent] = (await this.#objects.commit(repository, oid)).parents;
      const from = parent ?? (await this.#emptyTree(repository));
      return parseChangedFiles(
        await this.#remote.run(repository, ['diff', '--raw', '--numstat', '-z', '-M', from, oid, '--']),
      );
    });
  }

  async #start(repository: RepositoryRecord, base: string, head: string): Promise<string> {
    return (await this.#objects.mergeBase(repository, base, head)) ?? (await this.#emptyTree(repository));
  }

  async #emptyTree(repository: RepositoryRecord): Promise<string> {
    return (await this.#remote.run(repository, ['hash-object', '-t', 'tree', '--stdin'], { input: '' })).trim();
  }
}
