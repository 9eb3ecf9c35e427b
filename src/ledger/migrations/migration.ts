/** A step from one version of the ledger to the next. Once released, it never changes. */
export interface Migration {
  /** Counts from 1. */
  readonly version: number;
  /** Statements, all in one transaction. */
  readonly sql: string;
}
