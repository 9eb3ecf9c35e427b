import type { Change } from '../domain/change.ts';
import { GhwError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import { checkedOid } from './failures.ts';
import { GitFailure } from './git.ts';
import { remoteGit, type RemoteAccess } from './remote.ts';

/** Runs `act` where the objects of a change are, and nothing of an agent's. */
export type Quarantine = <T>(change: Change, act: (gitDir: string) => Promise<T>) => Promise<T>;

/** What is pushed, and where to. */
export interface RefPush {
  readonly change: Change;
  /** Whole name of a reference of the remote. */
  readonly ref: string;
  /** For people: `the branch ghw/issue-1`. */
  readonly shown: string;
  /** Whether what was found there may be replaced; null for nothing. */
  readonly mayReplace: (found: string | null) => boolean;
  /** The error for what may not, or came there meanwhile. */
  readonly moved: (found: string | null) => GhwError;
}

/** Pushes a change's head to a reference. Finding the head there already is success. */
export async function pushChange(
  { change, mayReplace, moved, ref, shown }: RefPush,
  access: RemoteAccess,
  quarantine: Quarantine,
): Promise<{ headOid: string; pushed: boolean }> {
  const headOid = checkedOid(change.headOid);
  const before = await remoteHead(access, ref);
  if (before === headOid) return { headOid, pushed: false };
  if (!mayReplace(before)) throw moved(before);
  const outcome = await quarantine(change, (gitDir) => pushTo({ gitDir, access, source: headOid, ref, before }));
  if (outcome === 'pushed') return { headOid, pushed: true };
  // Git tells in words why a push failed, and a lost answer may hide a success; where the reference is now is certain.
  const after = await remoteHead(access, ref);
  if (after === headOid) return { headOid, pushed: true };
  if (after !== before) throw moved(after);
  throw outcome instanceof Error ? outcome : rejected(access, shown, outcome.refusal);
}

/** Takes a reference away. @throws GhwError `PushRejected` */
export async function removeRef(
  { ref, shown }: Pick<RefPush, 'ref' | 'shown'>,
  access: RemoteAccess,
  inRepository: <T>(act: (gitDir: string) => Promise<T>) => Promise<T>,
): Promise<void> {
  const before = await remoteHead(access, ref);
  if (before === null) return;
  const outcome = await inRepository((gitDir) => pushTo({ gitDir, access, source: '', ref, before }));
  if (outcome === 'pushed' || (await remoteHead(access, ref)) === null) return;
  throw outcome instanceof Error ? outcome : rejected(access, shown, outcome.refusal);
}

/** @returns GhwError `PushRejected` */
export function rejected({ remote }: Pick<RemoteAccess, 'remote'>, shown: string, refusal: string): GhwError {
  return new GhwError('PushRejected', `${remote.repository} refused ${shown}: ${refusal}`, {
    hint: 'Look at the branch rules of the repository and at what the token may do, then retry.',
  });
}

/** How a push went: taken, refused by the remote (in its own words), or not answered. An empty source deletes. */
async function pushTo({
  access,
  before,
  gitDir,
  ref,
  source,
}: {
  readonly gitDir: string;
  readonly access: RemoteAccess;
  readonly source: string;
  readonly ref: string;
  readonly before: string | null;
}): Promise<'pushed' | { readonly refusal: string } | GitFailure> {
  const lease = `--force-with-lease=${ref}:${before ?? ''}`;
  const command = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', lease];
  try {
    const { stdout, stderr, exitCode } = await remoteGit(
      access,
      'git-receive-pack',
      [...command, '--', access.remote.url, `${source}:${ref}`],
      { gitDir, answers: [0, 1] },
    );
    if (exitCode === 0) return 'pushed';
    const lines = stdout.toString('utf8').split('\n');
    const refused = lines.find((line) => line.startsWith('!'));
    if (refused === undefined) return new GitFailure('push', { exitCode, timedOut: false, stderr });
    return { refusal: `${redact(refused.split('\t')[2] ?? '')} ${stderr}`.trim() };
  } catch (error) {
    if (error instanceof GitFailure) return error;
    throw error;
  }
}

async function remoteHead(access: RemoteAccess, ref: string): Promise<string | null> {
  const { stdout } = await remoteGit(
    access,
    'git-upload-pack',
    ['ls-remote', '--quiet', '--', access.remote.url, ref],
    {},
  );
  const lines = stdout.toString('utf8').split('\n');
  const found = lines.map((line) => line.split('\t')).find(([, name]) => name === ref);
  return found?.[0] ?? null;
}
