export type FileInput = string | { readonly content: string | Uint8Array; readonly executable?: boolean };

export interface CommitInput {
  readonly message: string;
  /** Files to write, by path; null removes one. */
  readonly files: Readonly<Record<string, FileInput | null>>;
  /** The branch to start from, where the branch of the commit does not exist yet. */
  readonly from?: string;
  /** In the place of the branch's last commit, not after it. */
  readonly amend?: boolean;
  readonly author?: { readonly name: string; readonly email: string };
  /** ISO 8601; default now. */
  readonly date?: string;
}

function data(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

function file(path: string, input: FileInput | null): Buffer {
  const quoted = `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  if (input === null) return Buffer.from(`D ${quoted}\n`);
  const { content, executable } = typeof input === 'string' ? { content: input, executable: false } : input;
  const mode = executable === true ? '100755' : '100644';
  return Buffer.concat([Buffer.from(`M ${mode} inline ${quoted}\n`), data(content)]);
}

/** A commit on a branch, and what it comes after: a commit, a branch by its full name, or nothing. */
export interface BranchCommit {
  readonly branch: string;
  readonly from: string | null;
  readonly commit: CommitInput;
}

/** The stream for `git fast-import` that makes these commits, in order. */
export function fastImportAll(commits: readonly BranchCommit[]): Buffer {
  return Buffer.concat([...commits.map(commitCommand), Buffer.from('done\n')]);
}

function commitCommand({ branch, from, commit }: BranchCommit): Buffer {
  const { name, email } = commit.author ?? { name: 'Seed', email: 'seed@users.noreply.github.local' };
  const seconds = Math.floor((commit.date === undefined ? Date.now() : Date.parse(commit.date)) / 1000);
  const who = `${name} <${email}> ${seconds} +0000`;
  return Buffer.concat([
    Buffer.from(`commit refs/heads/${branch}\nauthor ${who}\ncommitter ${who}\n`),
    data(commit.message),
    ...(from === null ? [] : [Buffer.from(`from ${from}\n`)]),
    ...Object.entries(commit.files).map(([path, input]) => file(path, input)),
  ]);
}
