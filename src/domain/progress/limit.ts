import { withAudit, type IssueState } from '../issue-state.ts';
import type { ReachedLimit, Stop } from '../limit.ts';
import { beginTurn } from './turn.ts';

/**
 * A run ended at a limit: its work is kept, the state stays, and a person says whether it goes on. Where somebody raised
 * the budget while it ran, it goes on at once.
 *
 * @param raisedUsd - of the issue, as the run knew it
 */
export function applyLimit(
  state: IssueState,
  {
    now,
    raisedUsd,
    reached,
    track,
  }: {
    readonly now: string;
    readonly raisedUsd: number;
    readonly reached: ReachedLimit;
    readonly track: Stop['track'];
  },
): IssueState {
  const stands = track === 'plan' ? state.plan.state : state.implementation.state;
  if (stands !== (track === 'review' ? 'reviewing' : 'generating')) return state;
  const noted = withAudit(state, {
    at: now,
    action: 'limit',
    by: 'gh-worker',
    door: 'activity',
    detail: reached.message,
  });
  const isRaised = reached.limitUsd !== null && state.purse.raisedUsd > raisedUsd;
  return isRaised ? beginTurn(noted, track) : { ...noted, stop: { ...reached, track, at: now } };
}
