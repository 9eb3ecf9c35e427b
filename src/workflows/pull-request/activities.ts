import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { PullRequestActivities } from '../../activities/pull-request/types.ts';

const common = {
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  heartbeatTimeout: '15s',
} as const satisfies ActivityOptions;

const options = {
  // Sync finds it too, so that giving up costs time and nothing else.
  tellIssue: {
    ...common,
    startToCloseTimeout: '1m',
    retry: { maximumAttempts: 20, backoffCoefficient: 2, initialInterval: '1s', maximumInterval: '5m' },
  },
  deliverEvent: {
    ...common,
    startToCloseTimeout: '1h',
    retry: { maximumAttempts: 4, backoffCoefficient: 4, initialInterval: '2s' },
  },
  recallPullRequest: {
    ...common,
    startToCloseTimeout: '1m',
    retry: { maximumAttempts: 3, backoffCoefficient: 2, initialInterval: '1s' },
  },
} as const satisfies Record<keyof PullRequestActivities, ActivityOptions>;

/** Runs a step of a pull request with a summary for the Web UI. */
export function pullRequestActivity<Name extends keyof PullRequestActivities>(
  name: Name,
  summary: string,
): PullRequestActivities[Name] {
  return proxyActivities<PullRequestActivities>({ ...options[name], summary })[name];
}
