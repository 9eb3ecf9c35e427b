import type { RepositoryRecord } from '../model/records.ts';
import { GitFailure } from './git.ts';
import type { GitCommit, GitObjects, GitPerson } from './objects.ts';
import type { GitRemote } from './remote.ts';

export type MergeMethod = 'MERGE' | 'SQUASH' | 'REBASE';

export interface MergeInput {
  readonly method: MergeMethod;
  readonly baseOid: string;
  readonly headOid: string;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
}

/** Makes the commits of a merge in a bare repository, without a work tree. */
export class GitMerging {
  readonly #remote: GitRemote;
  readonly #objects: GitObjects;

  constructor(remote: GitRemote, objects: GitObjects) {
    this.#remote = remote;
    this.#objects = objects;
  }

  /** The tree of both together, or null if they conflict. Needs git 2.38 unless `head` merely adds to `base`. */
  async mergedTree(repository: RepositoryRecord, baseOid: string, headOid: string): Promise<string | null> {
    if ((await this.#objects.mergeBase(repository, baseOid, headOid)) === baseOid) {
      return (await this.#objects.commit(repository, headOid)).tree;
    }
    try {
      const output = await this.#remote.run(repository, ['merge-tree', '--write-tree', baseOid, headOid]);
      return output.split('\n')[0] ?? null;
    } catch (error) {
      if (error instanceof GitFailure && error.exitCode === 1) return null;
      throw error;
    }
  }

  /** The commit that the base is to move to, or null if it cannot be merged that way. */
  async merge(repository: RepositoryRecord, input: MergeInput): Promise<string | null> {
    const { baseOid, headOid } = input;
    if (input.method === 'REBASE') return this.#rebase(repository, input);
    const tree = await this.mergedTree(repository, baseOid, headOid);
    if (tree === null) return null;
    const parents = input.method === 'MERGE' ? [baseOid, headOid] : [baseOid];
    return this.#commit(repository, tree, parents, { message: input.message, author: input.author });
  }

  // Only a head that merely adds to its base is rebased: each commit is written anew, as GitHub does, with its own tree.
  async #rebase(repository: RepositoryRecord, input: MergeInput): Promise<string | null> {
    if ((await this.#objects.mergeBase(repository, input.baseOid, input.headOid)) !== input.baseOid) return null;
    let parent = input.baseOid;
    for (const oid of await this.#objects.commitsBetween(repository, input.baseOid, input.headOid)) {
      const commit: GitCommit = await this.#objects.commit(repository, oid);
      if (commit.parents.length > 1) return null;
      parent = await this.#commit(repository, commit.tree, [parent], {
        message: commit.message,
        author: commit.author,
        committer: input.author,
      });
    }
    return parent;
  }

  async #commit(
    repository: RepositoryRecord,
    tree: string,
    parents: readonly string[],
    text: { message: string; author: Omit<GitPerson, 'date'> & { date?: string }; committer?: Omit<GitPerson, 'date'> },
  ): Promise<string> {
    const { author, committer = author } = text;
    const environment = {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      ...(author.date === undefined ? {} : { GIT_AUTHOR_DATE: author.date }),
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
    };
    const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
    return (await this.#remote.run(repository, args, { input: `${text.message}\n`, environment })).trim();
  }
}
