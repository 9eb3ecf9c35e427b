import type { IssueMemory, IssueRecord } from '../domain/issue-record.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import { createProjectIssue, type ProjectIssueDependencies } from './project-issue.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Writes what a workflow tells into the ledger, and what people read of it into files. Told twice, it is there once. */
export function createRecordIssue(
  deps: ProjectIssueDependencies & { readonly ledger: Ledger },
): (record: IssueRecord) => Promise<void> {
  const project = createProjectIssue(deps);
  return async (record) => {
    await deps.ledger.issues.record(record);
    await project(record.issue);
  };
}

/** What an earlier workflow of the issue left in the ledger. */
export function createRecallIssue({
  ledger,
}: {
  readonly ledger: Ledger;
}): (issue: IssueIdentity) => Promise<IssueMemory | null> {
  return (issue) => ledger.issues.recall(issue);
}
