import { readFile, rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { ArtifactStore } from '../artifacts/store.ts';
import { formatIssue, type IssueRef } from '../domain/issue.ts';
import { listChangedFiles } from './changed-files.ts';
import { ensureCommits, type CommitSource } from './commits.ts';
import type { GitToken } from './credentials.ts';
import { diffCommits, exportTree, readCommittedFile } from './export.ts';
import { checkedOid, explained } from './failures.ts';
import { GitFailure } from './git.ts';
import { acquireLock, type Lock } from './lock.ts';
import { repairMirror } from './mirror.ts';
import {
  existingDirectory,
  placesIn,
  realDirectory,
  removeBelow,
  removeTree,
  workspaceSteps,
  type Places,
} from './places.ts';
import { pruneWorkspaces, type DiskLimits } from './prune.ts';
import { removeMountPoint } from './tree-guard.ts';
import { compareWith, resetTree } from './work-tree.ts';
import type { PrepareRequest, Workspace, Workspaces } from './workspace.ts';

/** How long to wait for who has a workspace: an ending attempt needs a moment to put its things away. */
const LOCK_WAIT_MS = 2 * 60_000;

export interface WorkspacesOptions {
  /** Absolute. Several processes of one host may share it. */
  readonly root: string;
  readonly artifacts: ArtifactStore;
  /** For fetching; null where the remote wants none. */
  readonly token: GitToken;
  readonly limits?: Partial<DiskLimits>;
}

const recordSchema = z.object({ version: z.literal(1), key: z.string() });

/** The workspaces below a directory of this host. */
export function createWorkspaces({ root, artifacts, token, limits }: WorkspacesOptions): Workspaces {
  const places = placesIn(root);

  async function prepare(request: PrepareRequest): Promise<Workspace> {
    const { issue, remote, signal } = request;
    for (const oid of [request.baseOid, request.parent?.oid, request.work?.oid]) if (oid !== undefined) checkedOid(oid);
    const lock = await lockWorkspace(places, issue, signal);
    try {
      const source = { places, artifacts, access: { remote, token, scratch: places.scratch, signal } };
      return await explained(`Preparing the workspace of ${formatIssue(issue)}`, places.root, async () => {
        const dir = await realDirectory(places.workspaces, ...workspaceSteps(issue));
        await request.onTaken?.(dir);
        const warm = await bringTree(dir, source, request);
        return await openWorkspace(dir, warm, lock);
      });
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async function remove(issue: IssueRef): Promise<void> {
    const lock = await lockWorkspace(places, issue);
    try {
      await explained(`Removing the workspace of ${formatIssue(issue)}`, places.root, () =>
        removeBelow(places.workspaces, ...workspaceSteps(issue)),
      );
      await lock.discard();
    } finally {
      await lock.release();
    }
  }

  return {
    place: `${hostname()}:${places.root}`,
    prepare,
    remove,
    changedFiles: (workspace, limit) =>
      explained('Looking at the tree', places.root, () => listChangedFiles(workspace, limit)),
    exportChange: (workspace, request) =>
      explained('Exporting the change', places.root, () => exportTree({ workspace, request, artifacts, places })),
    diff: (workspace, ...range) => explained('Reading the diff', places.root, () => diffCommits(workspace, ...range)),
    readFile: (workspace, oid, path) =>
      explained('Reading a file of a commit', places.root, () => readCommittedFile(workspace.gitDir, oid, path)),
    prune: () => explained('Removing old workspaces', places.root, () => pruneWorkspaces(places, limits)),
  };
}

/** True if the tree of an earlier attempt was kept. */
async function bringTree(dir: string, source: CommitSource, request: PrepareRequest): Promise<boolean> {
  const { key, baseOid, parent, work } = request;
  // A record says nothing about a tree that is gone.
  const recordedKey = (await existingDirectory(dir, 'tree')) ? await readKey(dir) : null;
  const tree = await realDirectory(dir, 'tree');
  const place = { gitDir: join(dir, 'git'), tree };
  const bundled = [parent, work].filter((commit) => commit !== null);
  const seenAgainst = parent?.oid ?? baseOid;

  async function bring(trustIndex: boolean): Promise<void> {
    const kept = await ensureCommits(dir, source, baseOid, bundled);
    if (recordedKey === key) {
      if (!kept) await compareWith(place, seenAgainst);
      return;
    }
    await rm(recordPath(dir), { force: true });
    await resetTree(place, work?.oid ?? seenAgainst, trustIndex && kept);
    await compareWith(place, seenAgainst);
  }

  await removeMountPoint(tree);
  try {
    await bring(recordedKey !== null);
  } catch (error) {
    if (!(error instanceof GitFailure) || error.timedOut) throw error;
    // What git cannot read is most likely damaged, here or already in the mirror that it came from.
    await removeTree(place.gitDir);
    await repairMirror(source.places, source.access);
    await bring(false);
  }
  await writeFileAtomic(recordPath(dir), JSON.stringify({ version: 1, key }), { mode: 0o600 });
  return recordedKey === key;
}

async function openWorkspace(dir: string, warm: boolean, lock: Lock): Promise<Workspace> {
  const homes = {
    author: await realDirectory(dir, 'home-author'),
    reviewer: await realDirectory(dir, 'home-reviewer'),
    validation: await realDirectory(dir, 'home-validation'),
  };
  async function release(): Promise<void> {
    // The time of its last use, by which the least recently used goes first.
    await utimes(recordPath(dir), new Date(), new Date()).catch(() => undefined);
    await lock.release();
  }
  return { dir, tree: join(dir, 'tree'), gitDir: join(dir, 'git'), homes, warm, release };
}

async function lockWorkspace(places: Places, issue: IssueRef, signal?: AbortSignal): Promise<Lock> {
  const what = `the workspace of ${formatIssue(issue)}`;
  return await explained(`Locking ${what}`, places.root, () =>
    acquireLock(lockPath(places, issue), { what, waitMs: LOCK_WAIT_MS, signal }),
  );
}

function lockPath(places: Places, issue: IssueRef): string {
  return join(places.locks, 'workspaces', ...workspaceSteps(issue));
}

/** Names the work that the tree holds. Written only once the tree is there, removed before it is changed. */
function recordPath(dir: string): string {
  return join(dir, 'workspace.json');
}

async function readKey(dir: string): Promise<string | null> {
  const text = await readFile(recordPath(dir), 'utf8').catch(() => '');
  try {
    return recordSchema.parse(JSON.parse(text)).key;
  } catch {
    return null;
  }
}
