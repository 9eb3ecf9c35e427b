import type { ReviewReport } from './agent-run.ts';
import type { Failure } from './errors.ts';

export interface ReviewRequest {
  readonly agent: string | null;
  readonly model: string | null;
  readonly by: string;
}

/** A review that came to an end; a reviewer that crashed leaves none. */
export interface FinishedReview {
  /** The head that was reviewed. */
  readonly headOid: string;
  readonly report: ReviewReport;
  readonly agent: string;
  readonly at: string;
}

export interface ReviewTrack {
  readonly request: ReviewRequest | null;
  /** How often a review was begun. */
  readonly attempt: number;
  /** How often findings went back to the author since a person last asked. */
  readonly rounds: number;
  /** True while an implementation reworks findings and returns here afterwards. */
  readonly returns: boolean;
  readonly last: FinishedReview | null;
  /** The comment on the pull request, and the head whose verdict it shows. */
  readonly comment: { readonly id: string | null; readonly headOid: string } | null;
  readonly failure: Failure | null;
}

export const noReview: ReviewTrack = {
  request: null,
  attempt: 0,
  rounds: 0,
  returns: false,
  last: null,
  comment: null,
  failure: null,
};
