import { chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GhwError } from '../domain/errors.ts';
import type { IssueRef } from '../domain/issue.ts';
import {
  canonicalRepositoryName,
  isIssueNumber,
  isRepositoryName,
  splitRepositoryName,
} from '../domain/repository-name.ts';

/** Where everything of the workspaces is on this host. */
export interface Places {
  readonly root: string;
  readonly mirrors: string;
  readonly workspaces: string;
  readonly locks: string;
  /** For files that live no longer than one step. */
  readonly scratch: string;
}

export function placesIn(root: string): Places {
  const base = resolve(root);
  return {
    root: base,
    mirrors: join(base, 'mirrors'),
    workspaces: join(base, 'workspaces'),
    locks: join(base, 'locks'),
    scratch: join(base, 'scratch'),
  };
}

/** The steps below `mirrors` (and `locks`) that lead to a repository's mirror. */
export function mirrorSteps(repository: string): string[] {
  const { owner, name } = splitRepositoryName(canonicalRepositoryName(checked(repository)));
  return [owner, `${name}.git`];
}

/** The steps below `workspaces` (and `locks`) that lead to an issue's workspace. */
export function workspaceSteps(issue: IssueRef): string[] {
  const { owner, name } = splitRepositoryName(canonicalRepositoryName(checked(issue.repository)));
  if (!isIssueNumber(issue.number)) throw invalid(`${String(issue.number)} is not an issue number.`);
  return [owner, name, `issue-${issue.number.toString()}`];
}

function checked(repository: string): string {
  if (isRepositoryName(repository)) return repository;
  throw invalid(`${JSON.stringify(repository)} is not the name of a repository.`);
}

function invalid(message: string): GhwError {
  return new GhwError('InvalidInput', message, { hint: 'Give the issue as owner/repo#number.' });
}

/**
 * The directory that `steps` lead to below `root`, made if need be. Whatever else stands in the way, a symbolic link
 * above all, is removed and not followed.
 */
export async function realDirectory(root: string, ...steps: readonly string[]): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  let path = root;
  for (const step of steps) {
    path = join(path, step);
    const found = await lstat(path).catch(() => undefined);
    if (found && !found.isDirectory()) await rm(path, { force: true });
    if (!found?.isDirectory()) await mkdir(path, { recursive: true, mode: 0o700 });
  }
  return path;
}

/** The same place, if it is there and reached through directories only; otherwise null. */
export async function existingDirectory(root: string, ...steps: readonly string[]): Promise<string | null> {
  let path = root;
  for (const step of steps) {
    path = join(path, step);
    const found = await lstat(path).catch(() => undefined);
    if (!found?.isDirectory()) return null;
  }
  return path;
}

/**
 * Removes what `steps` lead to below `root`, read-only directories included. A symbolic link at the place, or on the way
 * to it, is removed itself; what it points to stays.
 */
export async function removeBelow(root: string, ...steps: readonly string[]): Promise<void> {
  let path = root;
  for (const step of steps) {
    path = join(path, step);
    const found = await lstat(path).catch(() => undefined);
    if (!found) return;
    if (found.isSymbolicLink()) return await rm(path, { force: true });
  }
  await removeTree(path);
}

/** Removes a tree whatever the modes of its directories; links are not followed. */
export async function removeTree(path: string | Buffer): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await openDirectories(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Gives back what an agent may have taken from itself: the right to read, change and enter its directories. */
async function openDirectories(path: string | Buffer): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory()) return;
  if ((found.mode & 0o700) !== 0o700) await chmod(path, (found.mode & 0o7777) | 0o700);
  for (const entry of await readdir(path, { withFileTypes: true, encoding: 'buffer' })) {
    if (entry.isDirectory()) await openDirectories(below(path, entry.name));
  }
}

/** Joins a path and an entry's name, both as bytes: a file name need not be UTF-8. */
export function below(directory: string | Buffer, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(directory), separator, name]);
}

const separator = Buffer.from('/');
