import type { Failure } from './errors.ts';
import type { Transitions } from './transitions.ts';

export const planStates = [
  'none',
  'generating',
  'needs_clarification',
  'awaiting_review',
  'approved',
  'rejected',
  'failed',
] as const;
export type PlanState = (typeof planStates)[number];

/** What leads where; the commands in `commands/` say who may cause it. */
export const planTransitions = {
  none: ['generating'],
  generating: ['awaiting_review', 'needs_clarification', 'failed', 'none'],
  needs_clarification: ['generating', 'failed', 'none'],
  awaiting_review: ['approved', 'generating', 'rejected'],
  approved: ['awaiting_review'],
  rejected: ['generating'],
  failed: ['generating'],
} as const satisfies Transitions<PlanState>;

/** The names that people see. */
export const planStateNames = {
  none: 'none',
  generating: 'being generated',
  needs_clarification: 'waiting for an answer',
  awaiting_review: 'waiting for local review',
  approved: 'approved',
  rejected: 'rejected',
  failed: 'failed',
} as const satisfies Record<PlanState, string>;

/** The longest plan, in bytes of UTF-8: with its header it must fit one GitHub comment (65,536 characters). */
export const MAX_PLAN_BYTES = 60_000;

/** The texts of this many newest versions stay in workflow state; of older ones the digest stays. */
const MAX_PLAN_TEXTS = 10;

export interface PlanVersion {
  /** Counts from 1. */
  readonly version: number;
  /** SHA-256 of the text, hexadecimal. */
  readonly digest: string;
  /** Null once {@link MAX_PLAN_TEXTS} newer versions exist. */
  readonly text: string | null;
  /** Digest of the issue text (title and body) that this plan answers. */
  readonly issueTextDigest: string;
  /** The agent's name, or the person's for an edited plan. */
  readonly author: string;
  readonly door: 'agent' | 'person';
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface Approval {
  readonly digest: string;
  /** The issue text that was approved; another text makes the approval void. */
  readonly issueTextDigest: string;
  /** As claimed by whoever came through the door. */
  readonly by: string;
  readonly door: string;
  readonly note: string | null;
  readonly at: string;
}

/** What the next generation of the plan is asked for. */
export interface PlanRequest {
  readonly kind: 'new' | 'revise';
  readonly agent: string | null;
  readonly model: string | null;
  /** Guidance for a new plan, feedback for a revision. */
  readonly text: string | null;
  readonly by: string;
}

export interface PlanTrack {
  readonly state: PlanState;
  readonly request: PlanRequest | null;
  /** How often `generating` was entered. */
  readonly attempt: number;
  readonly versions: readonly PlanVersion[];
  readonly approval: Approval | null;
  readonly comment: PlanComment | null;
  readonly failure: Failure | null;
}

/** The one comment that shows the plan on GitHub. */
export interface PlanComment {
  readonly id: string | null;
  readonly url: string | null;
  /** When it got its present text, by GitHub's clock. */
  readonly at: string | null;
  /** What it shows (see `planCommentKey`); a different key means it must be edited. */
  readonly key: string;
}

export const noPlan: PlanTrack = {
  state: 'none',
  request: null,
  attempt: 0,
  versions: [],
  approval: null,
  comment: null,
  failure: null,
};

/** The newest version, if there is one. */
export function currentPlan(plan: PlanTrack): PlanVersion | undefined {
  return plan.versions.at(-1);
}

/** Names what the plan comment should show now; null while there is nothing to show. */
export function planCommentKey(plan: PlanTrack): string | null {
  const current = currentPlan(plan);
  if (!current || !['awaiting_review', 'approved', 'rejected'].includes(plan.state)) return null;
  return `${current.version}:${current.digest}:${plan.state}:${plan.approval?.by ?? ''}`;
}

/** Adds a version and lets go of the oldest text beyond {@link MAX_PLAN_TEXTS}. */
export function addPlanVersion(
  versions: readonly PlanVersion[],
  next: Omit<PlanVersion, 'version'>,
): readonly PlanVersion[] {
  const all = [...versions, { ...next, version: (versions.at(-1)?.version ?? 0) + 1 }];
  return all.map((version, index) => (index < all.length - MAX_PLAN_TEXTS ? { ...version, text: null } : version));
}
