import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { GitHub } from '../../github/github.ts';
import type { ConfiguredRepository, Ledger } from '../../ledger/ledger.ts';

/** The workflows of issues, as far as a sync needs them. */
export interface LiveIssues {
  /** Workflow ids of all issues that live now. */
  ids(): Promise<ReadonlySet<string>>;
  /**
   * Has a live issue read anew; nothing happens where it has ended meanwhile. Returns when the issue has heard of it.
   *
   * @returns what settles, in any case, once the issue has been read and the ledger told
   */
  refresh(workflowId: string): Promise<{ readonly seen: Promise<void> }>;
  /** Begins an issue's life anew; one that lives reads its issue. */
  begin(issue: IssueIdentity): Promise<void>;
}

/** A repository of the configuration, which may not know its node id yet. */
export type RepositoryEntry = Omit<ConfiguredRepository, 'id'> & { readonly id: string | null };

/** What the sync of repositories stands on. */
export interface SyncDependencies {
  readonly github: GitHub;
  readonly ledger: Ledger;
  readonly live: LiveIssues;
  /** The configuration's repositories now. */
  readonly configured: () => Promise<readonly RepositoryEntry[]>;
  /** Repositories read at a time. */
  readonly syncParallelism: number;
}
