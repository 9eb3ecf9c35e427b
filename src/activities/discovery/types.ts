import type { DiscoveryRequest, DiscoveryResult, TellingResult } from '../../domain/discovery/cycle.ts';

/** The steps of a cycle of discovery. Each may run twice and leaves the same. */
export interface DiscoveryActivities {
  /**
   * Reads what is new of all repositories that are due into the ledger. Another attempt goes on behind the last one.
   */
  discoverRepositories(request: DiscoveryRequest): Promise<DiscoveryResult>;
  /** Tells the workflows of the pull requests to which something happened, and of no other, until all have been told. */
  tellPullRequests(): Promise<TellingResult>;
}
