import type { IssueMemory, IssueRecord } from '../domain/issue-record.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Writes what a workflow tells into the ledger. Told twice, it is there once. */
export function createRecordIssue({ ledger }: { readonly ledger: Ledger }): (record: IssueRecord) => Promise<boolean> {
  return (record) => ledger.issues.record(record);
}

/** What an earlier workflow of the issue left in the ledger. */
export function createRecallIssue({
  ledger,
}: {
  readonly ledger: Ledger;
}): (issue: IssueIdentity) => Promise<IssueMemory | null> {
  return (issue) => ledger.issues.recall(issue);
}
