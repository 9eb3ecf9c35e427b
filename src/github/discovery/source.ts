import { type Budget, type BudgetState, createBudget } from '../budget.ts';
import { type TransportOptions, createTransport } from '../transport.ts';
import { type DiscoveryReader, ReadingExperience, createDiscoveryReader } from './discovery-reader.ts';

/** Makes readers that share what a worker has learned of GitHub, and the budget of its token. */
export interface DiscoverySource {
  /** @param priority - of what is read: 1 for critical to 4 for low */
  reader(wish: { readonly concurrency: number; readonly priority: number }): DiscoveryReader;
  budget(): BudgetState;
  /** When the checks of each pull request were last looked at, by node id, in milliseconds since 1970. */
  readonly checksLookedAt: Map<string, number>;
  /** When more than the newest few of a repository's pull requests were last compared, by node id, likewise. */
  readonly compared: Map<string, number>;
  /** Pull requests that were to be read and could not be, with their repositories, by node id. */
  readonly unread: Map<string, string>;
}

/** One for each worker, over the same budget as everything else that it asks GitHub. */
export function createDiscoverySource(
  options: Omit<TransportOptions, 'budget'> & { readonly budget?: Budget },
): DiscoverySource {
  const budget = options.budget ?? createBudget();
  const transport = createTransport({ ...options, budget });
  const experience = new ReadingExperience();
  return {
    reader: ({ concurrency, priority }) =>
      createDiscoveryReader({ transport: transport.for({ purpose: 'discovery', priority }), experience, concurrency }),
    budget: () => budget.state(),
    checksLookedAt: new Map(),
    compared: new Map(),
    unread: new Map(),
  };
}
