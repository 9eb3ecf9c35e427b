import type { IssueAddress } from '../ledger/ledger.ts';
import { type ProjectionSources, readProjectionInput } from '../projection/input.ts';
import type { IssueProjection } from '../projection/projection.ts';

export interface ProjectIssueDependencies extends ProjectionSources {
  readonly projection: IssueProjection;
}

/**
 * Brings the files of an issue up to what the ledger knows of it. To be called after every write to the ledger; said
 * twice, nothing is written twice.
 *
 * @throws GhwError `LedgerUnreachable`, `LedgerFailed`; files that cannot be written are only warned of
 */
export function createProjectIssue(deps: ProjectIssueDependencies): (issue: IssueAddress) => Promise<void> {
  return async (issue) => {
    const input = await readProjectionInput(deps, issue);
    if (input !== null) await deps.projection.write(input);
  };
}
