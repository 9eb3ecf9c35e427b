import {
  ActivityCancellationType,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { DiscoveryActivities } from '../../activities/discovery/types.ts';
import type { DiscoveryRequest, DiscoveryState } from '../../domain/discovery/cycle.ts';
import { describeDiscovery } from '../../domain/discovery/describe.ts';
import { parseDiscoveryRequest } from '../../domain/discovery/parse.ts';
import { failureOf } from '../failures.ts';
import { discoveryQuery } from '../protocol.ts';

const common = {
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  heartbeatTimeout: '15s',
} as const;

/** What fails is done again by the next cycle in any case; a worker that dies costs an attempt. */
const retry = { maximumAttempts: 5, backoffCoefficient: 2, initialInterval: '1s', maximumInterval: '30s' } as const;

const { discoverRepositories } = proxyActivities<DiscoveryActivities>({
  ...common,
  startToCloseTimeout: '2h',
  retry,
  summary: 'Read pull requests and checks',
});
const { tellPullRequests } = proxyActivities<DiscoveryActivities>({
  ...common,
  startToCloseTimeout: '2h',
  retry,
  summary: 'Tell the pull requests that changed',
});

/**
 * One cycle of discovery: reads what is new of pull requests and their checks into the ledger, then tells the workflow of
 * each pull request to which something happened. What an earlier cycle could not tell is told by this one. Its history
 * holds counts, never lists.
 */
export async function discoveryWorkflow(input?: DiscoveryRequest): Promise<DiscoveryState> {
  const request = parseDiscoveryRequest(input);
  if (!request) {
    const message = 'This is no request for discovery. Start it without input, or by `ghw discovery run`.';
    throw ApplicationFailure.create({ type: 'InvalidInput', message, nonRetryable: true });
  }
  const now = (): string => new Date().toISOString();
  let state: DiscoveryState = {
    ...{ request, phase: 'reading', outcome: 'running', startedAt: now() },
    ...{ endedAt: null, reading: null, telling: null, error: null },
  };
  const change = (patch: Partial<DiscoveryState>): void => {
    state = { ...state, ...patch };
    setCurrentDetails(describeDiscovery(state));
  };
  setHandler(discoveryQuery, () => state);
  change({});
  try {
    const reading = await discoverRepositories(request);
    change({ reading, phase: 'telling' });
  } catch (error) {
    if (isCancellation(error)) return end('cancelled');
    // What was read before it failed is told all the same.
    const { message } = failureOf(error, now());
    change({ error: message, phase: 'telling' });
  }
  try {
    change({ telling: await tellPullRequests() });
  } catch (error) {
    if (isCancellation(error)) return end('cancelled');
    const { message } = failureOf(error, now());
    change({ error: state.error ?? message });
  }
  if (state.error !== null) return end('failed');
  const isComplete = state.reading?.problemCount === 0 && state.telling?.failed === 0;
  return end(isComplete ? 'complete' : 'with_problems');

  function end(outcome: DiscoveryState['outcome']): DiscoveryState {
    change({ outcome, phase: 'done', endedAt: now() });
    return state;
  }
}
