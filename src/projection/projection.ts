import { GhwError } from '../domain/errors.ts';
import { formatIssue } from '../domain/issue.ts';
import { canonicalRepositoryName } from '../domain/repository-name.ts';
import { projectIssue, updatedAtFile } from './files.ts';
import { folderNames, openFolder } from './folder.ts';
import type { ProjectionInput } from './input.ts';
import { updatedAt, writeFiles } from './write-files.ts';

/** The files about issues that people read: always what the ledger knows, never what anything is decided by. */
export interface IssueProjection {
  /**
   * Brings the files of one issue up to date. A view that is older than what the files show changes nothing. Never
   * fails: files that cannot be written are warned of, once until writing works again, and written by a later call or
   * by `ghw issues export`.
   */
  write(input: ProjectionInput): Promise<void>;
  /** The same for the time until which a repository is known. */
  writeRepository(repository: string, at: string): Promise<void>;
}

export interface ProjectionOptions {
  /** `issues_path` */
  readonly root: string;
  readonly warn: (warning: GhwError) => void;
}

/** Writes the files of issues as they change. */
export function createProjection({ root, warn }: ProjectionOptions): IssueProjection {
  const queues = new Map<string, Promise<void>>();
  let isWarned = false;

  async function attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      isWarned = false;
    } catch (error) {
      // A full disk fails for every issue; the first warning says all there is to do.
      if (!isWarned) warn(projectionError(error, what, root));
      isWarned = true;
    }
  }

  /** One at a time in this process for each folder; across processes every file is whole, and the newest view wins. */
  function inTurn(key: string, work: () => Promise<void>): Promise<void> {
    const turn = (queues.get(key) ?? Promise.resolve()).then(work);
    queues.set(key, turn);
    return turn.finally(() => {
      if (queues.get(key) === turn) queues.delete(key);
    });
  }

  return {
    write: (input) =>
      inTurn(`${canonicalRepositoryName(input.repository)}#${String(input.number)}`, () =>
        attempt(formatIssue(input), async () => {
          const folder = await openFolder(root, folderNames(input.repository, input.number), { create: true });
          if (folder === undefined) return;
          const shown = await updatedAt(folder);
          if (shown !== null && input.at !== null && Date.parse(shown) > Date.parse(input.at)) return;
          await writeFiles(folder, projectIssue(input));
        }),
      ),
    writeRepository: (repository, at) =>
      inTurn(canonicalRepositoryName(repository), () =>
        attempt(repository, async () => {
          const folder = await openFolder(root, folderNames(repository), { create: true });
          if (folder !== undefined) await writeFiles(folder, [updatedAtFile(at)]);
        }),
      ),
  };
}

const full: readonly unknown[] = ['ENOSPC', 'EDQUOT'];

/** What kept files from being written, for the reader. */
export function projectionError(error: unknown, what: string, root: string): GhwError {
  if (error instanceof GhwError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (full.includes(code)) {
    return new GhwError(
      'DiskFull',
      `The disk that holds ${root} has no room left: the files about ${what} are not up to date.`,
      {
        hint: 'Free some space, then run `ghw issues export`. Work on issues goes on meanwhile.',
        cause: error,
      },
    );
  }
  return new GhwError('InvalidConfiguration', `The files about ${what} cannot be written below ${root}: ${message}`, {
    hint: 'Make it writable, or set another issues_path: ghw config set issues_path <path>. Then run `ghw issues export`.',
    cause: error,
  });
}
