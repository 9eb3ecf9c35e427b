import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestText } from '../../src/domain/digest.ts';
import type { PlanVersion } from '../../src/domain/plan.ts';
import { summarize } from '../../src/domain/summary.ts';
import type { ProjectedProgress, ProjectionInput } from '../../src/projection/input.ts';
import { anObservedIssue, issueThat, NOW } from '../domain/builders.ts';

export function aPlan(over: Partial<PlanVersion> = {}): PlanVersion {
  const text = over.text === undefined ? '# Plan\n\nGreet people.\n' : over.text;
  return {
    version: 1,
    digest: digestText(text ?? ''),
    text,
    issueTextDigest: 'e'.repeat(64),
    author: 'scripted',
    door: 'agent',
    createdAt: NOW,
    ...over,
  };
}

export function aProgress(over: Partial<ProjectedProgress> = {}): ProjectedProgress {
  const { runs: _runs, ...summary } = summarize(issueThat.isApproved());
  return { ...summary, ...over };
}

/** An issue with an approved plan. */
export function anInput(over: Partial<ProjectionInput> = {}): ProjectionInput {
  return {
    repository: 'octo/hello',
    number: 42,
    nameWithOwner: 'Octo/Hello',
    listed: anObservedIssue(),
    body: 'Please greet.\n\nBy name.',
    comments: null,
    gone: null,
    progress: aProgress(),
    plans: [aPlan()],
    at: NOW,
    ...over,
  };
}

/** A folder for one test; `remove` it afterwards. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'ghw-projection-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Every file below a folder, by its path from there. */
export async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();
}
