/** What can happen to a pull request between two looks at it. */
export const pullRequestChanges = [
  ...(['new', 'updated', 'renamed', 'head_moved', 'base_changed', 'drafted', 'ready'] as const),
  ...(['closed', 'merged', 'reopened'] as const),
  // Of all checks in one word, and of single ones.
  ...(['checks_changed', 'check_started', 'check_finished', 'check_failed'] as const),
  // It fell under a skip pattern of the configuration, or does no more.
  ...(['skipped', 'unskipped'] as const),
] as const;
export type PullRequestChangeKind = (typeof pullRequestChanges)[number];

/** One thing that happened to a pull request. */
export interface PullRequestChange {
  readonly kind: PullRequestChangeKind;
  /** What it was and is now: a title, a commit, a state, a rollup; both null where the kind says it all. */
  readonly from: string | null;
  readonly to: string | null;
  /** For a single check; null for all others. */
  readonly check: ChangedCheck | null;
  /** For `updated`: which of labels, mergeable, author, head branch; empty for anything else, such as a comment. */
  readonly fields: readonly string[];
  /** Why nobody is told, in words for a person: `label wip`; null for a change that matters. */
  readonly insignificant: string | null;
}

/** The check that a change is about. */
export interface ChangedCheck {
  readonly externalId: string;
  readonly name: string;
  readonly headOid: string;
  readonly detailsUrl: string | null;
}

/**
 * A change that the ledger has taken down. All changes that one look brought have one revision; revisions of a pull
 * request count from 1, so whoever is told remembers the highest one and knows what it has heard before.
 */
export interface RecordedChange extends PullRequestChange {
  /** Names it for ever: node id, revision and kind. */
  readonly id: string;
  readonly revision: number;
  /** ISO 8601: when it was seen. */
  readonly at: string;
}

/** Names a change for ever. */
export function changeId(
  pullRequest: { readonly id: string; readonly revision: number },
  change: PullRequestChange,
): string {
  return [pullRequest.id, pullRequest.revision, change.kind, ...(change.check ? [change.check.externalId] : [])].join(
    ':',
  );
}
