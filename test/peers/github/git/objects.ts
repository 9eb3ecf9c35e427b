import type { RepositoryRecord } from '../model/records.ts';
import { GitFailure } from './git.ts';
import { Memo } from './memo.ts';
import type { GitRemote } from './remote.ts';

export interface GitPerson {
  readonly name: string;
  readonly email: string;
  /** ISO 8601 with the person's own offset. */
  readonly date: string;
}

export interface GitCommit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: GitPerson;
  readonly committer: GitPerson;
  readonly message: string;
}

export interface GitTreeEntry {
  readonly mode: number;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly oid: string;
  readonly size: number;
  readonly name: string;
}

export interface GitObjectName {
  readonly oid: string;
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly size: number;
}

function person(line: string): GitPerson {
  const [, name = '', email = '', seconds = '0', zone = '+0000'] = /^(.*?) ?<(.*)> (\d+) ([+-]\d{4})$/.exec(line) ?? [];
  const sign = zone.startsWith('-') ? -1 : 1;
  const minutes = sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)));
  const local = new Date((Number(seconds) + minutes * 60) * 1000).toISOString().slice(0, 19);
  return { name, email, date: `${local}${minutes === 0 ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3)}`}` };
}

function parseCommit(oid: string, raw: string): GitCommit {
  const end = raw.indexOf('\n\n');
  const headers = raw.slice(0, end).split('\n');
  const values = (key: string): string[] =>
    headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  return {
    oid,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: person(values('author')[0] ?? ''),
    committer: person(values('committer')[0] ?? ''),
    message: raw.slice(end + 2).trimEnd(),
  };
}

/** Reads the objects of the bare repositories. Objects never change, and are named by what they hold: each is read once. */
export class GitObjects {
  readonly #remote: GitRemote;
  readonly #memo = new Memo(20_000);

  constructor(remote: GitRemote) {
    this.#remote = remote;
  }

  /** What an expression such as `main:src/index.ts` names now, or null. */
  async resolve(repository: RepositoryRecord, expression: string): Promise<GitObjectName | null> {
    if (/[\n\0]/.test(expression) || expression === '') return null;
    // Given on standard input, an expression cannot be taken for an option.
    const answer = await this.#remote.run(repository, ['cat-file', '--batch-check'], { input: `${expression}\n` });
    const [, oid = '', type = '', size = ''] = /^([0-9a-f]{40,64}) (\w+) (\d+)\n$/.exec(answer) ?? [];
    return oid === '' ? null : { oid, type: type as GitObjectName['type'], size: Number(size) };
  }

  commit(repository: RepositoryRecord, oid: string): Promise<GitCommit> {
    return this.#memo.get(`commit ${oid}`, async () =>
      parseCommit(oid, await this.#remote.run(repository, ['cat-file', 'commit', oid])),
    );
  }

  /** Reads many commits at once, each the child of one, so that nobody has to ask for them one by one. */
  async learn(repositoryPath: string, oids: readonly string[]): Promise<void> {
    const input = oids.map((oid) => `${oid}\n`).join('');
    const output = await this.#remote.git.run(repositoryPath, ['cat-file', '--batch'], { input });
    for (let at = 0; at < output.length;) {
      const end = output.indexOf('\n', at);
      const [oid = '', , size = '0'] = output.subarray(at, end).toString().split(' ');
      const commit = parseCommit(oid, output.subarray(end + 1, end + 1 + Number(size)).toString());
      void this.#memo.get(`commit ${oid}`, () => Promise.resolve(commit));
      const [parent] = commit.parents;
      if (parent !== undefined) void this.#memo.get(`base ${parent} ${oid}`, () => Promise.resolve(parent));
      at = end + Number(size) + 2;
    }
  }

  tree(repository: RepositoryRecord, oid: string): Promise<readonly GitTreeEntry[]> {
    return this.#memo.get(`tree ${oid}`, async () => {
      const listing = await this.#remote.run(repository, ['ls-tree', '-z', '-l', oid]);
      return listing
        .split('\0')
        .filter(Boolean)
        .map((line) => {
          const [meta = '', name = ''] = line.split('\t');
          const [mode = '', type = '', id = '', size = ''] = meta.split(/ +/);
          return {
            mode: parseInt(mode, 8),
            type: type as GitTreeEntry['type'],
            oid: id,
            size: Number(size) || 0,
            name,
          };
        });
    });
  }

  blob(repository: RepositoryRecord, oid: string): Promise<Buffer> {
    return this.#remote.git.run(this.#remote.path(repository), ['cat-file', 'blob', oid]);
  }

  /** The commits that `head` reaches and `base` does not, oldest first; all of them if `base` is null. */
  commitsBetween(repository: RepositoryRecord, base: string | null, head: string): Promise<readonly string[]> {
    return this.#memo.get(`commits ${base} ${head}`, async () => {
      const range = base === null ? [head] : [`${base}..${head}`];
      const list = await this.#remote.run(repository, ['rev-list', '--topo-order', '--reverse', ...range, '--']);
      return list.split('\n').filter(Boolean);
    });
  }

  /** The best common ancestor, or null if the two share no history. */
  mergeBase(repository: RepositoryRecord, one: string, other: string): Promise<string | null> {
    return this.#memo.get(`base ${one} ${other}`, async () => {
      try {
        return (await this.#remote.run(repository, ['merge-base', one, other])).trim();
      } catch (error) {
        if (error instanceof GitFailure && error.exitCode === 1) return null;
        throw error;
      }
    });
  }
}
