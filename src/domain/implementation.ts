import type { ArtifactRef } from './artifact.ts';
import type { Change, ChangeConcern, ValidationReport } from './change.ts';
import type { Failure } from './errors.ts';
import type { PullRequest } from './issue.ts';
import type { PublishTarget } from './policy.ts';
import type { Transitions } from './transitions.ts';

export const implementationStates = [
  'none',
  'generating',
  'needs_clarification',
  'failed',
  'awaiting_review',
  'reviewing',
  'reviewed',
  'review_failed',
  'pr_opened',
  'pr_closed',
  'merged',
] as const;
export type ImplementationState = (typeof implementationStates)[number];

/**
 * What leads where. While our pull request is open, every state also leads to `merged` and `pr_closed`. `none` leads to
 * the pull request states where sync finds one of ours from an earlier run; `reviewing` leads back where it is cancelled,
 * and to `none` where there turned out to be nothing to review.
 */
export const implementationTransitions = {
  none: ['generating', 'reviewing', 'pr_opened', 'pr_closed'],
  generating: ['awaiting_review', 'pr_opened', 'needs_clarification', 'failed', 'none'],
  needs_clarification: ['generating', 'failed', 'none', 'pr_opened'],
  failed: ['generating'],
  awaiting_review: ['reviewing', 'pr_opened', 'generating'],
  reviewing: ['reviewed', 'review_failed', 'pr_opened', 'awaiting_review', 'none'],
  reviewed: ['pr_opened', 'generating', 'reviewing'],
  review_failed: ['reviewing', 'pr_opened'],
  pr_opened: ['reviewing', 'generating', 'merged', 'pr_closed'],
  pr_closed: ['generating', 'pr_opened'],
  merged: [],
} as const satisfies Transitions<ImplementationState>;

/** The names that people see. */
export const implementationStateNames = {
  none: 'none',
  generating: 'being generated',
  needs_clarification: 'waiting for an answer',
  failed: 'failed',
  awaiting_review: 'waiting for local review',
  reviewing: 'review in progress',
  reviewed: 'reviewed',
  review_failed: 'review failed',
  pr_opened: 'PR opened',
  pr_closed: 'PR closed',
  merged: 'merged',
} as const satisfies Record<ImplementationState, string>;

/** A commit outside the remote, with the bundle that brings it. */
export interface WorkCommit {
  readonly oid: string;
  readonly bundle: ArtifactRef;
}

/** What comes next inside `generating`, or after a person's word to publish. */
export type ImplementationStage = 'run' | 'validate' | 'publish' | 'open';

/** Why the agent runs again. */
export type ImplementationReason = 'implement' | 'continue' | 'validation' | 'review';

export interface ImplementRequest {
  readonly agent: string | null;
  readonly model: string | null;
  /** Overrides the policy's target. */
  readonly publish: PublishTarget | null;
  readonly by: string;
}

/** A person's word that this head may be published. */
export interface PublishWish {
  readonly headOid: string;
  readonly draft: boolean | null;
  readonly by: string;
}

export interface ImplementationTrack {
  readonly state: ImplementationState;
  readonly request: ImplementRequest | null;
  /** How often a person or a cycle asked for an implementation. */
  readonly attempt: number;
  /** Runs of the agent within this attempt, from 1. */
  readonly round: number;
  readonly stage: ImplementationStage | null;
  readonly reason: ImplementationReason;
  /** The plan version that is being implemented. */
  readonly planDigest: string | null;
  readonly baseOid: string | null;
  readonly baseRefName: string | null;
  readonly change: Change | null;
  readonly validation: ValidationReport | null;
  /** Validations that failed in this attempt. */
  readonly validationFailures: number;
  readonly concerns: readonly ChangeConcern[];
  readonly publishWish: PublishWish | null;
  /** Work of a run that did not finish: cancelled, paused, failed. */
  readonly checkpoint: WorkCommit | null;
  /** What we last pushed, or know to be ours. */
  readonly published: { readonly branch: string; readonly headOid: string } | null;
  readonly pullRequest: PullRequest | null;
  readonly failure: Failure | null;
}

export const noImplementation: ImplementationTrack = {
  state: 'none',
  request: null,
  attempt: 0,
  round: 0,
  stage: null,
  reason: 'implement',
  planDigest: null,
  baseOid: null,
  baseRefName: null,
  change: null,
  validation: null,
  validationFailures: 0,
  concerns: [],
  publishWish: null,
  checkpoint: null,
  published: null,
  pullRequest: null,
  failure: null,
};

/** The branch that holds our work on an issue. */
export function issueBranch(number: number): string {
  return `ghw/issue-${number}`;
}

/** Where unfinished work on an issue is pushed, if the configuration wants it; no branch, so that nothing builds it. */
export function checkpointRef(number: number): string {
  return `refs/ghw/checkpoints/issue-${number}`;
}

/** True while a pull request of ours is open. */
export function hasOpenPullRequest(implementation: ImplementationTrack): boolean {
  return implementation.pullRequest?.state === 'open';
}

/**
 * Where an implementation may go from here: the table, and, while our pull request is open, its merge and its closing
 * from every state.
 */
export function implementationLeadsTo(implementation: ImplementationTrack): readonly ImplementationState[] {
  const table: readonly ImplementationState[] = implementationTransitions[implementation.state];
  return hasOpenPullRequest(implementation) ? [...new Set([...table, 'merged' as const, 'pr_closed' as const])] : table;
}
