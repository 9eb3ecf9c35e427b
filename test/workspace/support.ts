import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts';
import type { ArtifactStore } from '../../src/artifacts/store.ts';
import type { ExportRequest, PrepareRequest, Remote, Workspaces } from '../../src/workspace/workspace.ts';
import { createWorkspaces, type WorkspacesOptions } from '../../src/workspace/workspaces.ts';

export const author = { name: 'gh-worker', email: 'gh-worker@example.com' };
export const issue = { repository: 'Acme/App', number: 7 };

/** Git as a person uses it, with hooks and filters, away from the configuration of whoever runs the tests. */
export async function userGit(cwd: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Person',
    GIT_AUTHOR_EMAIL: 'person@example.com',
    GIT_COMMITTER_NAME: 'Person',
    GIT_COMMITTER_EMAIL: 'person@example.com',
  };
  const { stdout } = await execa('git', args, { cwd, env, extendEnv: false });
  return stdout;
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

export async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
}

/** A remote that git reaches by its path, with a clone for the people who work on it. */
export interface TestRemote {
  readonly remote: Remote;
  readonly bare: string;
  readonly clone: string;
  /** Commits files on `main` and pushes them; null removes one. */
  commit(files: Readonly<Record<string, string | Uint8Array | null>>, branch?: string): Promise<string>;
  head(branch: string): Promise<string | null>;
}

export interface Bench {
  readonly dir: string;
  readonly root: string;
  readonly artifacts: ArtifactStore;
  readonly origin: TestRemote;
  workspaces(options?: Partial<WorkspacesOptions>): Workspaces;
  cleanUp(): Promise<void>;
}

export async function createBench(files: Files = { 'README.md': 'hello\n' }): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'ghw-workspace-'));
  const root = join(dir, 'data');
  const artifacts = createDirectoryStore(join(dir, 'artifacts'));
  const origin = await createRemote(dir, files);
  return {
    dir,
    root,
    artifacts,
    origin,
    workspaces: (options) => createWorkspaces({ root, artifacts, token: () => Promise.resolve(null), ...options }),
    cleanUp: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function createRemote(dir: string, files: Files): Promise<TestRemote> {
  const bare = join(dir, 'remote.git');
  const clone = join(dir, 'clone');
  await userGit(dir, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  await userGit(dir, 'init', '--quiet', '--initial-branch=main', clone);
  await userGit(clone, 'remote', 'add', 'origin', bare);

  async function commit(
    changes: Readonly<Record<string, string | Uint8Array | null>>,
    branch = 'main',
  ): Promise<string> {
    for (const [name, content] of Object.entries(changes)) {
      if (content === null) await rm(join(clone, name), { recursive: true });
      else await writeFiles(clone, { [name]: content });
    }
    await userGit(clone, 'add', '--all', '--force');
    await userGit(clone, 'commit', '--quiet', '--allow-empty', '--message', 'change');
    await userGit(clone, 'push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`);
    return await userGit(clone, 'rev-parse', 'HEAD');
  }

  async function head(branch: string): Promise<string | null> {
    const found = await userGit(bare, 'for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`);
    return found === '' ? null : found;
  }

  await commit(files);
  return { remote: { repository: 'Acme/App', url: bare }, bare, clone, commit, head };
}

/** A request that stands on the remote's `main`. */
export async function request(bench: Bench, more: Partial<PrepareRequest> = {}): Promise<PrepareRequest> {
  const baseOid = (await bench.origin.head('main')) ?? '';
  return { issue, remote: bench.origin.remote, key: 'first', baseOid, parent: null, work: null, ...more };
}

export function exportOf(baseOid: string, more: Partial<ExportRequest> = {}): ExportRequest {
  return { baseOid, parentOid: baseOid, message: 'Do it\n', committedAt: '2026-01-02T03:04:05.678Z', author, ...more };
}

/** Every file below a directory, by its path relative to it. */
export async function filesBelow(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files
    .sort()
    .map(async (file) => [file.slice(directory.length + 1), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(read));
}
