import type { PullRequestEvent } from './event.ts';
import { needsRepair, phaseOfLife, type PullRequestLife } from './life.ts';
import { waitsInPhase } from './phase.ts';
import type { WaitsFor } from '../lifecycle.ts';

/** What a pull request's workflow does next. */
export type PullRequestStep =
  | { readonly kind: 'tell_issue'; readonly number: number; readonly change: string }
  | { readonly kind: 'deliver_event'; readonly event: PullRequestEvent };

/**
 * The next step; null at rest. Analysis of failed checks, repair and review have their places behind these: in the phase
 * `checks_failed` where `needsRepair` holds, and in `ready_for_review`.
 */
export function nextPullRequestStep(life: PullRequestLife): PullRequestStep | null {
  if (life.issueToTell !== null) return { kind: 'tell_issue', ...life.issueToTell };
  const [event] = life.events;
  // What has ended waits for nobody's word.
  if (event && (life.paused === null || life.outcome !== null)) return { kind: 'deliver_event', event };
  return null;
}

/** Whom the pull request waits for. */
export function pullRequestWaitsFor(life: PullRequestLife): WaitsFor {
  if (life.outcome !== null) return 'nobody';
  if (life.paused !== null || needsRepair(life)) return 'person';
  return waitsInPhase[phaseOfLife(life)];
}
