import type { ArtifactStore } from '../artifacts/store.ts';
import type { Change } from '../domain/change.ts';
import { GhwError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import type { GitToken } from './credentials.ts';
import { checkedOid, explained } from './failures.ts';
import { git, GitFailure } from './git.ts';
import { defaultChangeLimits, defaultProtectedPaths, inspectCommits, type ChangeLimits } from './inspection.ts';
import { placesIn } from './places.ts';
import { withQuarantine } from './quarantine.ts';
import { checkedRemoteUrl, remoteGit, type RemoteAccess } from './remote.ts';
import type { Publisher, PushRequest, Remote } from './workspace.ts';

export interface PublisherOptions {
  /** Absolute; may be the workspaces' own, whose mirrors are then shared. */
  readonly root: string;
  readonly artifacts: ArtifactStore;
  /** For fetching and pushing; null where the remote wants none. */
  readonly token: GitToken;
  readonly limits?: Partial<ChangeLimits>;
  /** In place of {@link defaultProtectedPaths}. */
  readonly protectedPaths?: readonly string[];
  /** Secrets of this host, which no change may hold. */
  readonly knownSecrets?: () => Promise<readonly string[]>;
}

/** Inspects and pushes changes out of a quarantine that never saw an agent's tree. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { artifacts, token, protectedPaths = defaultProtectedPaths } = options;
  const limits = { ...defaultChangeLimits, ...options.limits };
  const places = placesIn(options.root);

  function accessTo(remote: Remote, signal?: AbortSignal): RemoteAccess {
    checkedRemoteUrl(remote);
    return { remote, token, scratch: places.scratch, signal };
  }

  return {
    inspect: (remote, change) =>
      explained(`Inspecting the change for ${remote.repository}`, places.root, () =>
        withQuarantine({ places, artifacts, access: accessTo(remote) }, change, async (gitDir) => {
          const { baseOid, headOid } = change;
          const knownSecrets = (await options.knownSecrets?.()) ?? [];
          return await inspectCommits({ gitDir, baseOid, headOid, limits, protectedPaths, knownSecrets });
        }),
      ),
    push: (request) =>
      explained(`Pushing to ${request.remote.repository}`, places.root, () =>
        pushChange(request, accessTo(request.remote, request.signal), (change, act) =>
          withQuarantine({ places, artifacts, access: accessTo(request.remote, request.signal) }, change, act),
        ),
      ),
  };
}

type Quarantine = <T>(change: Change, act: (gitDir: string) => Promise<T>) => Promise<T>;

async function pushChange(
  request: PushRequest,
  access: RemoteAccess,
  quarantine: Quarantine,
): Promise<{ headOid: string; pushed: boolean }> {
  const { change, expectedOid } = request;
  const headOid = checkedOid(change.headOid);
  if (expectedOid !== null) checkedOid(expectedOid);
  const ref = await branchRef(request.branch);
  const before = await remoteHead(access, ref);
  if (before === headOid) return { headOid, pushed: false };
  if (before !== null && before !== expectedOid) throw branchMoved(request, before);
  const outcome = await quarantine(change, (gitDir) => pushHead(gitDir, access, { headOid, ref, before }));
  if (outcome === 'pushed') return { headOid, pushed: true };
  // Git tells in words why a push failed, and a lost answer may hide a success; where the branch is now is certain.
  const after = await remoteHead(access, ref);
  if (after === headOid) return { headOid, pushed: true };
  if (after !== before) throw branchMoved(request, after);
  if (outcome instanceof Error) throw outcome;
  throw new GhwError(
    'PushRejected',
    `${request.remote.repository} refused the branch ${request.branch}: ${outcome.refusal}`,
    {
      hint: 'Look at the branch rules of the repository and at what the token may do, then retry.',
    },
  );
}

/** How a push went: taken, refused by the remote (in its own words), or not answered. */
async function pushHead(
  gitDir: string,
  access: RemoteAccess,
  { headOid, ref, before }: { readonly headOid: string; readonly ref: string; readonly before: string | null },
): Promise<'pushed' | { readonly refusal: string } | GitFailure> {
  const lease = `--force-with-lease=${ref}:${before ?? ''}`;
  const command = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', lease];
  try {
    const { stdout, stderr, exitCode } = await remoteGit(
      access,
      'git-receive-pack',
      [...command, '--', access.remote.url, `${headOid}:${ref}`],
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

/** @throws GhwError `InvalidInput` for a name that git would not take for a branch. */
async function branchRef(branch: string): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const { exitCode } = await git(['check-ref-format', ref], { answers: [0, 1] });
  if (exitCode === 0 && !branch.startsWith('-') && branch !== 'HEAD') return ref;
  throw new GhwError('InvalidInput', `${JSON.stringify(branch)} is not the name of a branch.`, {
    hint: 'Use a name that `git check-ref-format --branch` takes.',
  });
}

function branchMoved({ remote, branch, change, expectedOid }: PushRequest, found: string | null): GhwError {
  const expected = expectedOid === null ? 'it did not exist' : `it was at ${expectedOid.slice(0, 12)}`;
  const now = found === null ? 'it is gone' : `it is at ${found.slice(0, 12)}`;
  return new GhwError(
    'BranchMoved',
    `The branch ${branch} of ${remote.repository} is no longer ours: ${expected} when we left it, now ${now}. ` +
      `Nothing was overwritten; our commit ${change.headOid.slice(0, 12)} was not pushed.`,
    {
      hint: 'Take what is on the branch over by hand, or move it to another branch and delete this one; then retry.',
      retryable: false,
    },
  );
}
