import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { Change } from '../domain/change.ts';
import { GhwError } from '../domain/errors.ts';
import { CHANGE_REF, importBundle, readChangeHeader, withBundle } from './bundle.ts';
import { checkedOid } from './failures.ts';
import { git, gitText } from './git.ts';
import { ensureMirror } from './mirror.ts';
import type { Places } from './places.ts';
import type { RemoteAccess } from './remote.ts';
import { withScratch } from './scratch.ts';

/** More commits than rounds of rework could ever make. */
const MAX_COMMITS = 500;

export interface QuarantineSource {
  readonly places: Places;
  readonly access: RemoteAccess;
  readonly artifacts: ArtifactStore;
}

/**
 * Runs `act` with a fresh repository that holds the mirror's objects, the change's, and one reference: the change's head.
 * Every object of the change has passed git's checks.
 *
 * @throws GhwError `ChangeRefused` if the bundle is not what the change says; `ArtifactMissing` if it is gone.
 */
export async function withQuarantine<T>(
  source: QuarantineSource,
  change: Change,
  act: (gitDir: string) => Promise<T>,
): Promise<T> {
  const { places, access, artifacts } = source;
  const headOid = checkedOid(change.headOid);
  const baseOid = checkedOid(change.baseOid);
  return await withBundle(artifacts, change.bundle, places.scratch, async (file) => {
    const header = await readChangeHeader(file, headOid);
    const needed = [...new Set([baseOid, ...header.prerequisites])];
    const mirror = await ensureMirror(places, access, needed, (found) => Promise.resolve(found.gitDir));
    return await withScratch(places.scratch, async (directory) => {
      const gitDir = join(directory, 'quarantine.git');
      await git(['init', '--quiet', '--bare', '--template=', gitDir]);
      await mkdir(join(gitDir, 'objects', 'info'), { recursive: true });
      await writeFile(join(gitDir, 'objects', 'info', 'alternates'), `${join(mirror, 'objects')}\n`);
      await importBundle(gitDir, file, header);
      await checkCommits(gitDir, change);
      await git(['update-ref', CHANGE_REF, headOid], { gitDir });
      return await act(gitDir);
    });
  });
}

async function checkCommits(gitDir: string, { baseOid, headOid, treeOid }: Change): Promise<void> {
  const shown = headOid.slice(0, 12);
  const type = await git(['cat-file', '-t', headOid], { gitDir, answers: [0, 128] });
  if (type.stdout.toString('utf8').trim() !== 'commit') throw refused(`${shown} is not a commit`);
  if ((await gitText(['rev-parse', '--verify', `${headOid}^{tree}`], { gitDir })) !== treeOid) {
    throw refused(`${shown} has another tree than was validated`);
  }
  const descent = await git(['merge-base', '--is-ancestor', baseOid, headOid], { gitDir, answers: [0, 1] });
  if (descent.exitCode !== 0) throw refused(`${shown} does not stand on ${baseOid.slice(0, 12)}`);
  const commits = Number(await gitText(['rev-list', '--count', `${baseOid}..${headOid}`], { gitDir }));
  if (commits === 0 || commits > MAX_COMMITS) throw refused(`${shown} brings ${commits.toString()} commits`);
}

function refused(why: string): GhwError {
  return new GhwError('ChangeRefused', `The change cannot be published: ${why}.`, {
    hint: 'Have the issue implemented again, so that the change is exported anew.',
  });
}
