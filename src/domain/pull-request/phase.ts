import type { WaitsFor } from '../lifecycle.ts';
import type { KnownPullRequest } from './known.ts';

/** Where a pull request is in its life. It is what GitHub shows, not what we do about it. */
export const pullRequestPhases = [
  'watching',
  'checks_pending',
  'checks_failed',
  'draft',
  'ready_for_review',
  'merged',
  'closed',
] as const;
export type PullRequestPhase = (typeof pullRequestPhases)[number];

type Facts = Pick<KnownPullRequest, 'state' | 'isDraft' | 'rollup' | 'counts' | 'checksObservedAt'>;

/** The first one that holds. Checks come before a draft: what is not finished may be broken all the same. */
const rules: readonly (readonly [PullRequestPhase, (facts: Facts) => boolean])[] = [
  ['merged', ({ state }) => state === 'merged'],
  ['closed', ({ state }) => state === 'closed'],
  ['watching', ({ checksObservedAt }) => checksObservedAt === null],
  ['checks_failed', ({ rollup }) => rollup === 'failure' || rollup === 'error'],
  [
    'checks_pending',
    ({ rollup, counts }) => rollup === 'pending' || rollup === 'expected' || (counts?.pending ?? 0) > 0,
  ],
  ['draft', ({ isDraft }) => isDraft],
  ['ready_for_review', () => true],
];

/** The phase of a pull request; `watching` before anything is known of it. */
export function phaseOfPullRequest(facts: Facts | null): PullRequestPhase {
  if (facts === null) return 'watching';
  return rules.find(([, holds]) => holds(facts))?.[0] ?? 'watching';
}

/** Whom a pull request in this phase waits for, where nobody has paused it. */
export const waitsInPhase = {
  watching: 'checks',
  checks_pending: 'checks',
  // Until its failures are as many as the configuration takes, its author's next head is waited for.
  checks_failed: 'checks',
  draft: 'person',
  ready_for_review: 'person',
  merged: 'nobody',
  closed: 'nobody',
} as const satisfies Record<PullRequestPhase, WaitsFor>;

/** The names that people see. */
export const pullRequestPhaseNames = {
  watching: 'being watched',
  checks_pending: 'checks running',
  checks_failed: 'checks failed',
  draft: 'draft',
  ready_for_review: 'ready for review',
  merged: 'merged',
  closed: 'closed',
} as const satisfies Record<PullRequestPhase, string>;
