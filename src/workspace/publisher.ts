import { join } from 'node:path';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { Change, ChangeConcern } from '../domain/change.ts';
import { GhwError } from '../domain/errors.ts';
import type { GitToken } from './credentials.ts';
import { checkedOid, explained } from './failures.ts';
import { git } from './git.ts';
import { defaultChangeLimits, defaultProtectedPaths, inspectCommits, type ChangeLimits } from './inspection.ts';
import { placesIn } from './places.ts';
import { withQuarantine } from './quarantine.ts';
import { pushChange, rejected, removeRef, type Quarantine } from './push.ts';
import { checkedRemoteUrl, type RemoteAccess } from './remote.ts';
import { withScratch } from './scratch.ts';
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

  async function concernsIn(gitDir: string, { baseOid, headOid }: Change): Promise<readonly ChangeConcern[]> {
    const knownSecrets = (await options.knownSecrets?.()) ?? [];
    return await inspectCommits({ gitDir, baseOid, headOid, limits, protectedPaths, knownSecrets });
  }

  return {
    inspect: (remote, change) =>
      explained(`Inspecting the change for ${remote.repository}`, places.root, () =>
        withQuarantine({ places, artifacts, access: accessTo(remote) }, change, (gitDir) => concernsIn(gitDir, change)),
      ),
    push: (request) =>
      explained(`Pushing to ${request.remote.repository}`, places.root, () =>
        pushBranch(request, accessTo(request.remote, request.signal), (change, act) =>
          withQuarantine({ places, artifacts, access: accessTo(request.remote, request.signal) }, change, act),
        ),
      ),
    pushCheckpoint: (remote, ref, change, signal) =>
      explained(`Saving unfinished work in ${remote.repository}`, places.root, async () => {
        const access = accessTo(remote, signal);
        return await withQuarantine({ places, artifacts, access }, change, async (gitDir) => {
          const concerns = await concernsIn(gitDir, change);
          if (concerns.length > 0) return false;
          const shown = `the reference ${ref}`;
          const moved = (): GhwError => rejected(access, shown, 'another worker is saving there');
          const push = { change, ref, shown, moved, mayReplace: () => true };
          await pushChange(push, access, (_change, act) => act(gitDir));
          return true;
        });
      }),
    removeCheckpoint: (remote, ref) =>
      explained(`Removing saved work from ${remote.repository}`, places.root, () =>
        removeRef({ ref, shown: `to delete ${ref}` }, accessTo(remote), (act) =>
          withScratch(places.scratch, async (directory) => {
            const gitDir = join(directory, 'empty.git');
            await git(['init', '--quiet', '--bare', '--template=', gitDir]);
            return await act(gitDir);
          }),
        ),
      ),
  };
}

async function pushBranch(
  request: PushRequest,
  access: RemoteAccess,
  quarantine: Quarantine,
): Promise<{ headOid: string; pushed: boolean }> {
  const { branch, change, expectedOid } = request;
  if (expectedOid !== null) checkedOid(expectedOid);
  const ref = await branchRef(branch);
  const push = {
    ...{ change, ref, shown: `the branch ${branch}` },
    mayReplace: (found: string | null) => found === null || found === expectedOid,
    moved: (found: string | null) => branchMoved(request, found),
  };
  return await pushChange(push, access, quarantine);
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
