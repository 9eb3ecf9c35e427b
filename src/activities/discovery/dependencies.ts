import type { SkipRules } from '../../domain/pull-request/skip.ts';
import type { DiscoverySource } from '../../github/discovery/source.ts';
import type { GitHub } from '../../github/github.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { UntoldPullRequest } from '../../ledger/pull-request-ledger.ts';
import type { RepositoryEntry } from '../sync/dependencies.ts';
import type { LookPlan } from '../../domain/schedule/due.ts';

/** A repository of the configuration, when it is looked at and what of it is left alone. */
export interface DiscoveryRepositoryEntry extends RepositoryEntry {
  readonly look: Omit<LookPlan, 'lastLookAt'>;
  readonly skip: SkipRules;
}

/** What the configuration says about discovery, now. */
export interface DiscoverySettings {
  readonly repositories: readonly DiscoveryRepositoryEntry[];
  /** Requests at a time. */
  readonly concurrency: number;
}

/** The workflows of pull requests, as far as discovery needs them. */
export interface PullRequestDoor {
  /** Tells a pull request's workflow what happened, beginning its life where it has none. @throws GhwError `TemporalUnreachable` */
  tell(untold: UntoldPullRequest): Promise<void>;
}

/** What the steps of discovery stand on. */
export interface DiscoveryDependencies {
  readonly github: GitHub;
  readonly ledger: Ledger;
  readonly discovery: DiscoverySource;
  readonly discoverySettings: () => Promise<DiscoverySettings>;
  readonly pullRequestDoor: PullRequestDoor;
}
