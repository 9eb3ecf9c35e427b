import type { GhwError } from '../../domain/errors.ts';
import type { ReadingProblem } from '../../domain/pull-request/observed.ts';
import type { Outcome } from '../../github/discovery/batches.ts';

/** A GitHub that answers nothing is no repository's trouble: another attempt may find it well. */
export function throwIfAway(outcomes: readonly Outcome<unknown>[]): void {
  const [first] = outcomes;
  if (first === undefined || 'answer' in first || first.error.name !== 'GitHubUnavailable') return;
  if (outcomes.every((outcome) => 'error' in outcome)) throw first.error;
}

/** How a failure is named in a cycle's result. */
export function problemOf({ alone, error }: { readonly error: GhwError; readonly alone: boolean }): ReadingProblem {
  switch (error.name) {
    case 'GitHubNotFound':
      return 'not_found';
    case 'GitHubForbidden':
    case 'GitHubUnauthorized':
      return 'forbidden';
    case 'GitHubRateLimited':
      return 'rate_limited';
    case 'GitHubUnavailable':
      return alone ? 'timed_out' : 'unreadable';
    default:
      return 'unreadable';
  }
}
