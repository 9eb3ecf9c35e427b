/** As GitHub names them, in lower case; so are all unions of this file. */
export const pullRequestStates = ['open', 'closed', 'merged'] as const;
export type PullRequestState = (typeof pullRequestStates)[number];

/** Whether it can be merged into its base; `unknown` while GitHub works it out. */
export const mergeableStates = ['mergeable', 'conflicting', 'unknown'] as const;
export type MergeableState = (typeof mergeableStates)[number];

/** All checks of a commit in one word. */
export const rollupStates = ['expected', 'pending', 'success', 'failure', 'error'] as const;
export type RollupState = (typeof rollupStates)[number];

/** A check run has a life of its own; a commit status is a word that somebody left on a commit. */
export const checkKinds = ['check_run', 'status_context'] as const;
export type CheckKind = (typeof checkKinds)[number];

export const checkStatuses = ['requested', 'queued', 'waiting', 'pending', 'in_progress', 'completed'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

/** How a check ended; `error` is a commit status' own. */
export const checkConclusions = [
  ...(['success', 'neutral', 'skipped'] as const),
  ...(['failure', 'error', 'timed_out', 'cancelled', 'action_required', 'startup_failure', 'stale'] as const),
] as const;
export type CheckConclusion = (typeof checkConclusions)[number];

const passing: ReadonlySet<CheckConclusion> = new Set(['success', 'neutral', 'skipped']);

/** What a check says now. */
export interface CheckOutcome {
  readonly status: CheckStatus;
  /** Null until it is completed. */
  readonly conclusion: CheckConclusion | null;
}

/** True for a check that has ended well, as GitHub counts it. */
export function hasPassed({ status, conclusion }: CheckOutcome): boolean {
  return status === 'completed' && conclusion !== null && passing.has(conclusion);
}

/** True for a check that has ended, and not well. */
export function hasFailed(check: CheckOutcome): boolean {
  return check.status === 'completed' && !hasPassed(check);
}
