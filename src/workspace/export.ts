import { copyFile, lstat, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { Change } from '../domain/change.ts';
import { GhwError } from '../domain/errors.ts';
import { CHANGE_REF } from './bundle.ts';
import { describeChange } from './change-files.ts';
import { checkedOid } from './failures.ts';
import { git, GitFailure, gitText, type GitOptions } from './git.ts';
import { sealGitDir } from './git-dir.ts';
import { below, type Places } from './places.ts';
import { withScratch } from './scratch.ts';
import { refuseGitEntries, removeMountPoint } from './tree-guard.ts';
import type { ExportRequest, Workspace } from './workspace.ts';

/** More than this in new and changed files is not taken into git's store at all, in bytes. */
const MAX_EXPORT_BYTES = 2 * 1024 ** 3;
/** Adding files of that size takes a while, in milliseconds. */
const ADD_TIMEOUT_MS = 20 * 60_000;

export interface TreeExport {
  readonly workspace: Pick<Workspace, 'tree' | 'gitDir'>;
  readonly request: ExportRequest;
  readonly artifacts: ArtifactStore;
  readonly places: Places;
}

/** See `Workspaces.exportChange`. */
export async function exportTree({ workspace, request, artifacts, places }: TreeExport): Promise<Change | null> {
  const { tree, gitDir } = workspace;
  const baseOid = checkedOid(request.baseOid);
  const parentOid = checkedOid(request.parentOid);
  // Read-only to an agent in a sandbox, but not to one without.
  await sealGitDir(gitDir, 'worktree');
  if (request.isRunning !== true) await removeMountPoint(tree);
  await refuseGitEntries(tree, { exceptMountPoint: request.isRunning === true });
  const treeOid = await withPrivateIndex(gitDir, places.scratch, async (indexFile) => {
    await addAll({ gitDir, workTree: tree, indexFile }, tree);
    return await gitText(['write-tree'], { gitDir, indexFile });
  });
  if (treeOid === request.exceptTreeOid) return null;
  if (treeOid === (await gitText(['rev-parse', '--verify', `${parentOid}^{tree}`], { gitDir }))) return null;
  const headOid = await commit(gitDir, treeOid, request);
  const bundle = await bundleCommits(gitDir, { baseOid, headOid }, { artifacts, places });
  return { baseOid, headOid, treeOid, bundle, ...(await describeChange(gitDir, baseOid, headOid)) };
}

/** See `Workspaces.diff`. */
export async function diffCommits(
  workspace: Pick<Workspace, 'gitDir'>,
  fromOid: string,
  toOid: string,
  maxBytes: number,
): Promise<string> {
  const command = [
    'diff',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--find-renames',
    '--src-prefix=a/',
    '--dst-prefix=b/',
  ];
  const { stdout, truncated } = await git([...command, checkedOid(fromOid), checkedOid(toOid), '--'], {
    gitDir: workspace.gitDir,
    maxBytes,
  });
  if (!truncated) return stdout.toString('utf8');
  const whole = stdout.subarray(0, stdout.lastIndexOf(0x0a) + 1).toString('utf8');
  return `${whole}[The diff goes on; it was cut here, at ${maxBytes.toString()} bytes.]\n`;
}

/** See `Workspaces.readFile`. */
export async function readCommittedFile(gitDir: string, oid: string, path: string): Promise<string | null> {
  const name = `${checkedOid(oid)}:${path}`;
  const kind = await git(['cat-file', '-t', name], { gitDir, answers: [0, 128] });
  if (kind.exitCode !== 0 || kind.stdout.toString('utf8').trim() !== 'blob') return null;
  const { stdout } = await git(['cat-file', 'blob', name], { gitDir });
  return stdout.toString('utf8');
}

/** A copy keeps what git knows of unchanged files, so that only the others are read. */
async function withPrivateIndex<T>(gitDir: string, scratch: string, act: (file: string) => Promise<T>): Promise<T> {
  return await withScratch(scratch, async (directory) => {
    const file = join(directory, 'index');
    const own = join(gitDir, 'index');
    const { atime, mtime } = await stat(own);
    await copyFile(own, file);
    // Git reads again what changed in the second in which its index was written; a younger copy would hide that.
    await utimes(file, atime, mtime);
    return await act(file);
  });
}

async function addAll(place: GitOptions, tree: string): Promise<void> {
  await refuseTooMuch(place, tree);
  try {
    await git(['add', '--all'], { ...place, timeoutMs: ADD_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof GitFailure) || error.timedOut) throw error;
    throw new GhwError('ChangeRefused', `The agent's tree cannot be committed: ${error.stderr}`, {
      hint: 'Nothing was exported. Run the step again, and tell the agent which file is in the way.',
      cause: error,
    });
  }
}

async function refuseTooMuch(place: GitOptions, tree: string): Promise<void> {
  const { stdout } = await git(['ls-files', '-z', '--others', '--modified', '--exclude-standard'], place);
  let bytes = 0;
  for (let start = 0, end = stdout.indexOf(0); end >= 0; start = end + 1, end = stdout.indexOf(0, start)) {
    const found = await lstat(below(tree, stdout.subarray(start, end))).catch(() => undefined);
    bytes += found?.isFile() === true ? found.size : 0;
  }
  if (bytes <= MAX_EXPORT_BYTES) return;
  throw new GhwError('ChangeRefused', `The agent's tree holds ${bytes.toString()} bytes of new and changed files.`, {
    hint: `At most ${MAX_EXPORT_BYTES.toString()} can be exported. Add what was generated to .gitignore.`,
  });
}

async function commit(gitDir: string, treeOid: string, request: ExportRequest): Promise<string> {
  const date = new Date(request.committedAt);
  if (Number.isNaN(date.getTime())) {
    throw new GhwError('InvalidInput', `${JSON.stringify(request.committedAt)} is not a date.`, {
      hint: 'Give the date of the commit in ISO 8601.',
    });
  }
  const when = `@${Math.floor(date.getTime() / 1000).toString()} +0000`;
  const { name, email } = request.author;
  return await gitText(['commit-tree', treeOid, '-p', request.parentOid], {
    gitDir,
    stdin: request.message,
    env: {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: when,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: when,
    },
  });
}

async function bundleCommits(
  gitDir: string,
  { baseOid, headOid }: { readonly baseOid: string; readonly headOid: string },
  { artifacts, places }: Pick<TreeExport, 'artifacts' | 'places'>,
): Promise<ArtifactRef> {
  return await withScratch(places.scratch, async (directory) => {
    const file = join(directory, 'change.bundle');
    await git(['update-ref', CHANGE_REF, headOid], { gitDir });
    // One thread packs the same objects into the same bytes, and so into the same artifact.
    await git(['-c', 'pack.threads=1', 'bundle', 'create', '--quiet', file, CHANGE_REF, `^${baseOid}`], { gitDir });
    return await artifacts.putFile(file);
  });
}
