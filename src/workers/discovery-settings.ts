import type { DiscoveryRepositoryEntry, DiscoverySettings } from '../activities/discovery/dependencies.ts';
import { repositorySettings } from '../config/policy.ts';
import type { Config } from '../config/schema.ts';
import { parseDuration } from '../domain/duration.ts';
import { repositoryEntries } from './cycle-settings.ts';

/** What the configuration says about discovery. */
export function discoverySettings(config: Config): DiscoverySettings {
  return {
    concurrency: config.discovery.concurrency,
    repositories: repositoryEntries(config).map((entry): DiscoveryRepositoryEntry => {
      const own = repositorySettings(config, entry.name);
      return {
        ...entry,
        look: {
          active: own.active,
          isCritical: own.is_critical,
          priority: entry.priority,
          pollingIntervalMs: own.polling_interval === null ? null : parseDuration(own.polling_interval),
          timeZone: own.time_zone,
          businessHours: own.business_hours,
        },
        skip: { labels: own.skip.labels, authors: own.skip.authors, checks: own.skip.check_names },
      };
    }),
  };
}
