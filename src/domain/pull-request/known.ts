import type { CheckCounts, ObservedCheck, ObservedPullRequest } from './observed.ts';
import type { RollupState } from './states.ts';

/** What the ledger knows of a pull request. */
export interface KnownPullRequest extends Omit<ObservedPullRequest, 'checks'> {
  /** Of the checks of `headOid`; null if there are none, or none have been read. */
  readonly rollup: RollupState | null;
  /** Null if they have not been read. */
  readonly counts: CheckCounts | null;
  /** When the checks of `headOid` were last read; null if they have not been. */
  readonly checksObservedAt: string | null;
  /** Of its newest change; see `RecordedChange`. */
  readonly revision: number;
  /** Which skip pattern it falls under, in words: `label wip`; null if under none. */
  readonly skippedBy: string | null;
}

/** A run of a check, as the ledger knows it. */
export interface KnownCheck extends ObservedCheck {
  readonly headOid: string;
  /** False once a newer run of the same check is there. */
  readonly isCurrent: boolean;
  /** Its name falls under a skip pattern. */
  readonly isSkipped: boolean;
}

/** True while the checks of its head have not ended, as far as is known: they are to be read again. */
export function waitsForChecks({ rollup, checksObservedAt, counts }: KnownPullRequest): boolean {
  if (checksObservedAt === null) return true;
  return rollup === 'pending' || rollup === 'expected' || (counts?.pending ?? 0) > 0;
}
