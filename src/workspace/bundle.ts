import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../domain/artifact.ts';
import { GhwError } from '../domain/errors.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import { git, GitFailure } from './git.ts';
import { missingCommits } from './mirror.ts';
import { withScratch } from './scratch.ts';

/** The only reference of a change's bundle. */
export const CHANGE_REF = 'refs/heads/change';

/** A header is a line per reference and per commit that the bundle stands on; ours have a few. */
const MAX_HEADER_BYTES = 64 * 1024;

/** What a bundle says of itself, as in git's `gitformat-bundle`. */
export interface BundleHeader {
  /** Commits that the receiver must have. */
  readonly prerequisites: readonly string[];
  readonly refs: readonly { readonly name: string; readonly oid: string }[];
  /** Where the pack begins, in bytes. */
  readonly packStart: number;
}

/** Fetches a bundle from the artifact store for as long as `act` runs. */
export async function withBundle<T>(
  artifacts: ArtifactStore,
  bundle: ArtifactRef,
  scratch: string,
  act: (file: string) => Promise<T>,
): Promise<T> {
  return await withScratch(scratch, async (directory) => {
    const file = join(directory, 'change.bundle');
    if (!(await artifacts.getFile(bundle, file))) {
      throw new GhwError('ArtifactMissing', `The artifact store does not have the bundle ${bundle.sha256}.`, {
        hint: 'The work has to be done again; look whether all workers use the same artifact store.',
      });
    }
    return await act(file);
  });
}

/** @throws GhwError `ChangeRefused` if it is not a bundle with the one reference {@link CHANGE_REF} to `headOid`. */
export async function readChangeHeader(file: string, headOid: string): Promise<BundleHeader> {
  const header = await readBundleHeader(file);
  const [ref, ...others] = header.refs;
  if (ref?.name !== CHANGE_REF || others.length > 0) {
    throw refused(`holds other references than ${CHANGE_REF}`);
  }
  if (ref.oid !== headOid) throw refused(`brings ${ref.oid} and not ${headOid}`);
  return header;
}

/**
 * Brings a bundle's commits into a git directory, checking every object (`--strict`). Fetching from a bundle would not:
 * git 2.39 leaves `transfer.fsckObjects` out of account there.
 *
 * @throws GhwError `ChangeRefused` if the bundle is not whole, holds broken objects or stands on commits that are not there.
 */
export async function importBundle(gitDir: string, file: string, header: BundleHeader): Promise<void> {
  const missing = await missingCommits(gitDir, header.prerequisites);
  if (missing.length > 0) throw refused(`stands on ${missing[0] ?? ''}, which the repository does not have`);
  try {
    await git(['index-pack', '--stdin', '--fix-thin', '--strict'], {
      gitDir,
      stdin: createReadStream(file, { start: header.packStart }),
    });
  } catch (error) {
    if (error instanceof GitFailure && !error.timedOut)
      throw refused(`does not pass git's checks: ${error.stderr}`, error);
    throw error;
  }
}

async function readBundleHeader(file: string): Promise<BundleHeader> {
  const text = await readStart(file);
  const end = text.indexOf('\n\n');
  const [signature, ...lines] = text.slice(0, Math.max(end, 0)).split('\n');
  if (end < 0 || (signature !== '# v2 git bundle' && signature !== '# v3 git bundle')) throw refused('is not a bundle');
  const prerequisites: string[] = [];
  const refs: { name: string; oid: string }[] = [];
  for (const line of lines) {
    const [, minus, oid, name] = /^(-?)([0-9a-f]{40}|[0-9a-f]{64})(?: (.*))?$/s.exec(line) ?? [];
    if (oid === undefined && line !== '@object-format=sha1' && line !== '@object-format=sha256') {
      throw refused('has a header that cannot be understood');
    }
    if (oid !== undefined && minus === '-') prerequisites.push(oid);
    else if (oid !== undefined) refs.push({ oid, name: name ?? '' });
  }
  return { prerequisites, refs, packStart: end + 2 };
}

/** As Latin-1, so that one character is one byte. */
async function readStart(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await handle.close();
  }
}

function refused(why: string, cause?: unknown): GhwError {
  return new GhwError('ChangeRefused', `The bundle of the change ${why}.`, {
    hint: 'Nothing was published. Run the step again, so that the change is exported anew.',
    cause,
  });
}
