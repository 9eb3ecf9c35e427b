import type { Failure } from './errors.ts';
import type { ListedIssue } from './issue.ts';

/** A repository as the configuration knows it: the name it was added under, and its node id where that is known. */
export interface RepositorySelection {
  readonly repository: string;
  readonly repositoryId: string | null;
}

/** Which issues a sync reads; whatever a filter leaves out stays for the next sync. */
export interface SyncFilter {
  /** ISO 8601; issues updated at or after it. */
  readonly since: string | null;
  readonly state: 'open' | 'closed' | 'all';
  /** At least one of these; any, if empty. */
  readonly labels: readonly string[];
  /** None of these. */
  readonly notLabels: readonly string[];
  /** A login, or `@me` for the worker's own identity. */
  readonly assignee: string | null;
  /** Words and qualifiers of GitHub's search. */
  readonly search: string | null;
}

/** What a sync is asked to do. */
export interface SyncSelection {
  readonly repositories: readonly RepositorySelection[];
  /** Null for all issues: only then is a repository synced completely. */
  readonly filter: SyncFilter | null;
  /** Reads everything again, also what did not change. */
  readonly anew: boolean;
  /** First and last numbers: of repositories that have news, only these issues are read. Absent or null for all. */
  readonly numbers?: readonly (readonly [number, number])[] | null;
  /** Reads and keeps what it reads, and tells nobody: as if there had been no sync, for the next one. */
  readonly isRehearsal?: boolean;
}

/** How many issues a sync read, and what that changed. */
export interface SyncCounts {
  readonly read: number;
  readonly added: number;
  /** In anything but their state. */
  readonly changed: number;
  readonly closed: number;
  readonly reopened: number;
  /** Deleted or transferred. */
  readonly gone: number;
}

export const noCounts: SyncCounts = { read: 0, added: 0, changed: 0, closed: 0, reopened: 0, gone: 0 };

/** What the sync of one repository came to. */
export interface RepositorySyncResult {
  /** As GitHub calls it now. */
  readonly repository: string;
  /** What it was called at the sync before; null if that was the same. */
  readonly renamedFrom: string | null;
  readonly archived: boolean;
  /**
   * `complete`: the ledger has all of its issues. `unchanged`: it already had. `filtered`: what the filter takes was read.
   */
  readonly outcome: 'complete' | 'unchanged' | 'filtered' | 'failed';
  readonly issues: SyncCounts;
  /** Why it failed; null if it did not. */
  readonly failure: Pick<Failure, 'name' | 'message'> | null;
}

/** How far a sync is. */
export interface SyncProgress {
  /** Repositories. */
  readonly total: number;
  readonly finished: number;
  /** Issues read so far. */
  readonly read: number;
  /** One that is being read; null between them. */
  readonly repository: string | null;
}

/** True for an issue that a filter takes. Words to search for are GitHub's to judge. */
export function takes({ since, state, labels, notLabels, assignee }: SyncFilter, issue: ListedIssue): boolean {
  const own = new Set(issue.labels.map((label) => label.toLowerCase()));
  const has = (label: string): boolean => own.has(label.toLowerCase());
  return (
    (since === null || Date.parse(issue.updatedAt) >= Date.parse(since)) &&
    (state === 'all' || issue.state === state) &&
    (labels.length === 0 || labels.some(has)) &&
    !notLabels.some(has) &&
    (assignee === null || issue.assignees.some((login) => login.toLowerCase() === assignee.toLowerCase()))
  );
}
