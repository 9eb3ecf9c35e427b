import { GhwError } from '../domain/errors.ts';
import { explainFileError, GitFailure } from './git.ts';

/** Runs a step; what git or the file system say becomes an error that names the step. Our own errors pass through. */
export async function explained<T>(step: string, place: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof GitFailure) {
      throw new GhwError('WorkspaceFailed', `${step} failed: ${error.message}`, {
        hint: 'It is tried again by itself; if it stays so, remove the workspace directory.',
        cause: error,
      });
    }
    throw explainFileError(error, place);
  }
}

/** @throws GhwError `InvalidInput` unless `oid` is a whole object id. */
export function checkedOid(oid: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) return oid;
  throw new GhwError('InvalidInput', `${JSON.stringify(oid.slice(0, 80))} is not the id of a commit.`, {
    hint: 'Give all 40 hexadecimal digits.',
  });
}
