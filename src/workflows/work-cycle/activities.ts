import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { CycleActivities } from '../../activities/cycle/types.ts';

const retry = { maximumAttempts: 5, backoffCoefficient: 2, initialInterval: '1s', maximumInterval: '30s' } as const;

const common = {
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  heartbeatTimeout: '15s',
  retry,
} as const satisfies ActivityOptions;

const options = {
  planCycle: { ...common, startToCloseTimeout: '1m' },
  selectWork: { ...common, startToCloseTimeout: '2m' },
  requestWork: { ...common, startToCloseTimeout: '5m' },
  withdrawWork: { ...common, startToCloseTimeout: '1m' },
  recordCycle: { ...common, startToCloseTimeout: '30s' },
  runHooks: { ...common, startToCloseTimeout: '10m', retry: { maximumAttempts: 2 } },
} as const satisfies Record<keyof CycleActivities, ActivityOptions>;

/** Runs a step of a cycle with a summary for the Web UI. */
export function cycleActivity<Name extends keyof CycleActivities>(name: Name, summary: string): CycleActivities[Name] {
  return proxyActivities<CycleActivities>({ ...options[name], summary })[name];
}
