import { activity } from '../failures.ts';
import type { DiscoveryDependencies } from './dependencies.ts';
import { createDiscoverRepositories } from './discover-repositories.ts';
import { createTellPullRequests } from './tell-pull-requests.ts';
import type { DiscoveryActivities } from './types.ts';

/** The steps of discovery, for the main task queue. */
export function createDiscoveryActivities(deps: DiscoveryDependencies): DiscoveryActivities {
  return {
    discoverRepositories: activity(createDiscoverRepositories(deps)),
    tellPullRequests: activity(createTellPullRequests(deps)),
  };
}
