import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { CycleActivities } from '../../activities/cycle/types.ts';
import type { MainActivities } from '../../activities/types.ts';

const retry = { maximumAttempts: 5, backoffCoefficient: 2, initialInterval: '1s', maximumInterval: '30s' } as const;

const common = {
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  heartbeatTimeout: '15s',
  retry,
} as const satisfies ActivityOptions;

const options = {
  planCycle: { ...common, startToCloseTimeout: '1m' },
  selectWork: { ...common, startToCloseTimeout: '2m' },
  // Nothing may be asked after it was taken back.
  requestWork: {
    ...common,
    startToCloseTimeout: '5m',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  },
  withdrawWork: { ...common, startToCloseTimeout: '1m' },
  recordCycle: { ...common, startToCloseTimeout: '30s' },
  runHooks: { ...common, startToCloseTimeout: '1h', retry: { maximumAttempts: 2 } },
} as const satisfies Record<keyof CycleActivities, ActivityOptions>;

/** Runs a step of a cycle with a summary for the Web UI. */
export function cycleActivity<Name extends keyof CycleActivities>(name: Name, summary: string): CycleActivities[Name] {
  return proxyActivities<CycleActivities>({ ...options[name], summary })[name];
}

/** What fails four times is reported, and tried again by the next cycle. Each attempt goes on behind the one before. */
const syncRetry = { maximumAttempts: 4, backoffCoefficient: 2, initialInterval: '1s' } as const;

/** The sync of a cycle: less patient than one by hand, which nobody else repeats. */
export function syncActivity(summary: string): MainActivities['syncRepositories'] {
  const options = { ...common, startToCloseTimeout: '6h', retry: syncRetry, summary } as const;
  return proxyActivities<MainActivities>(options).syncRepositories;
}
