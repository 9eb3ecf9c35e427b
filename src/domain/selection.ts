/** Which issues a cycle takes. */
export interface IssueSelection {
  readonly repository: string;
  readonly repositoryId: string | null;
  /** Explicit numbers; where absent, the open issues with `labels`, or all. */
  readonly numbers: readonly number[] | null;
  readonly labels: readonly string[];
}

/** What the sync of one repository came to. */
export interface RepositorySyncResult {
  readonly repository: string;
  /** Issues whose workflow answered. */
  readonly synced: readonly number[];
  readonly failed: readonly { readonly number: number | null; readonly message: string }[];
}
