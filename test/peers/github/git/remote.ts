import { existsSync, mkdirSync } from 'node:fs';
import { appendFile, chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepositoryRecord } from '../model/records.ts';
import { fastImportAll, type CommitInput } from './fast-import.ts';
import { Git, GitFailure, type GitOptions } from './git.ts';
import { preReceiveHook } from './pre-receive-hook.ts';
import { RefReader } from './read-refs.ts';

// As on github.com, refs/pull/* can be fetched but not pushed.
const configuration = `[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[receive]
\thideRefs = refs/pull
\tautogc = false
[gc]
\tauto = 0
`;

/** The bare repositories on disk. Each is named by its database id, so that a rename moves nothing. */
export class GitRemote {
  readonly git: Git;
  readonly directory: string;
  readonly #refs = new RefReader();

  constructor(dataDirectory: string) {
    this.directory = join(dataDirectory, 'repositories');
    mkdirSync(this.directory, { recursive: true });
    this.git = new Git(join(dataDirectory, 'home'));
  }

  path(repository: RepositoryRecord): string {
    return join(this.directory, `${repository.databaseId}.git`);
  }

  async create(repository: RepositoryRecord): Promise<void> {
    const path = this.path(repository);
    if (existsSync(path)) await rm(path, { recursive: true });
    await this.git.run(this.directory, ['init', '--quiet', '--bare', '--template=', path]);
    await appendFile(join(path, 'config'), configuration);
    const hook = join(path, 'hooks', 'pre-receive');
    mkdirSync(join(path, 'hooks'), { recursive: true });
    await writeFile(hook, preReceiveHook);
    await chmod(hook, 0o755);
    await this.setHead(repository, repository.defaultBranch);
  }

  /** Makes a bare repository whose objects lie in another one; `refs` by their full names. */
  async share(repository: RepositoryRecord, objects: string, refs: ReadonlyMap<string, string>): Promise<void> {
    const path = this.path(repository);
    for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'hooks']) {
      mkdirSync(join(path, folder), { recursive: true });
    }
    const packed = [...refs].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, oid]) => `${oid} ${name}\n`);
    await Promise.all([
      writeFile(join(path, 'HEAD'), `ref: refs/heads/${repository.defaultBranch}\n`),
      writeFile(join(path, 'config'), `[core]\n\trepositoryformatversion = 0\n\tbare = true\n${configuration}`),
      writeFile(join(path, 'objects', 'info', 'alternates'), `${join(objects, 'objects')}\n`),
      writeFile(join(path, 'packed-refs'), `# pack-refs with: peeled fully-peeled sorted \n${packed.join('')}`),
      writeFile(join(path, 'hooks', 'pre-receive'), preReceiveHook, { mode: 0o755 }),
    ]);
  }

  async setHead(repository: RepositoryRecord, branch: string): Promise<void> {
    await this.run(repository, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  }

  run(repository: RepositoryRecord, args: readonly string[], options?: GitOptions): Promise<string> {
    return this.git.text(this.path(repository), args, options);
  }

  /** Every ref with the object it points at, as the remote has them now. */
  async refs(repository: RepositoryRecord): Promise<Map<string, string>> {
    return (await this.#refs.read(this.path(repository))) ?? (await this.#refsByGit(repository));
  }

  /** Null for a first commit. */
  async #parentOf(repository: RepositoryRecord, oid: string): Promise<string | null> {
    const line = await this.run(repository, ['rev-list', '--parents', '--max-count=1', oid]);
    return line.trim().split(' ')[1] ?? null;
  }

  async #refsByGit(repository: RepositoryRecord): Promise<Map<string, string>> {
    const output = await this.run(repository, ['for-each-ref', '--format=%(refname) %(objectname)']);
    const refs = new Map<string, string>();
    for (const line of output.split('\n').filter(Boolean)) {
      const [name = '', oid = ''] = line.split(' ');
      refs.set(name, oid);
    }
    return refs;
  }

  /** Moves, makes or (with `to` null) deletes one ref. False if it no longer points at `from`. */
  async updateRef(repository: RepositoryRecord, name: string, to: string | null, from?: string): Promise<boolean> {
    const change = to === null ? ['-d', name] : [name, to];
    try {
      await this.run(repository, ['update-ref', ...change, ...(from === undefined ? [] : [from])]);
      return true;
    } catch (error) {
      if (error instanceof GitFailure) return false;
      throw error;
    }
  }

  /** Takes over what HEAD of another repository reaches. The other repository is only read. */
  async import(repository: RepositoryRecord, sourcePath: string): Promise<void> {
    const target = `+HEAD:refs/heads/${repository.defaultBranch}`;
    await this.run(repository, ['fetch', '--quiet', '--no-tags', '--update-shallow', sourcePath, target]);
  }

  /** The branch that a repository on disk has checked out, or null if it is detached. */
  async branchOf(sourcePath: string): Promise<string | null> {
    try {
      return (await this.git.text(sourcePath, ['symbolic-ref', '--short', 'HEAD'])).trim();
    } catch (error) {
      if (error instanceof GitFailure && error.exitCode === 1) return null;
      if (error instanceof GitFailure && error.stderr.includes('not a symbolic ref')) return null;
      throw error;
    }
  }

  /** Adds one commit to a branch, which is made where it does not exist. Returns the commit's id. */
  async commit(repository: RepositoryRecord, branch: string, commit: CommitInput): Promise<string> {
    const refs = await this.refs(repository);
    const parent = refs.get(`refs/heads/${branch}`) ?? refs.get(`refs/heads/${commit.from ?? ''}`) ?? null;
    const from = commit.amend === true && parent !== null ? await this.#parentOf(repository, parent) : parent;
    const input = fastImportAll([{ branch, from, commit }]);
    await this.run(repository, ['fast-import', '--quiet', '--force', '--date-format=raw'], { input });
    return (await this.run(repository, ['rev-parse', `refs/heads/${branch}`])).trim();
  }
}
