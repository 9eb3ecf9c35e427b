import type { CyclePlan, CycleRequest } from '../../domain/cycle/cycle.ts';
import { backOff } from '../../domain/cycle/back-off.ts';
import { matchesPattern } from '../../domain/cycle/select.ts';
import { GhwError } from '../../domain/errors.ts';
import type { RepositoryEntry } from '../sync/dependencies.ts';
import type { CycleDependencies } from './dependencies.ts';

/** Enough to see how many failed in a row. */
const LOOK_BACK = 20;

/**
 * Reads the configuration for one cycle.
 *
 * @throws GhwError `InvalidConfiguration` where something required is missing, with the command that sets it
 */
export function createPlanCycle({
  cycleSettings,
  ledger,
}: CycleDependencies): (request: CycleRequest) => Promise<CyclePlan> {
  return async ({ intervalMs, name, selection }) => {
    const settings = await cycleSettings();
    if (settings.issuesPath === null) {
      throw new GhwError('InvalidConfiguration', 'issues_path is not set; nothing is worked on without it.', {
        hint: 'ghw config issues-path <directory>',
        retryable: false,
      });
    }
    const repositories = selected(settings.repositories, selection.repositories, selection.priority);
    const [earlier, count] = await Promise.all([
      ledger.cycles.list({ name, limit: LOOK_BACK }),
      ledger.cycles.count(name),
    ]);
    const { labels, parallelism, maxNewPlans, hooks, issuesPath } = settings;
    return {
      cycle: count + 1,
      repositories,
      labels,
      parallelism,
      maxNewPlans,
      hooks,
      issuesPath,
      ...backOff(earlier, intervalMs),
    };
  };
}

function selected(
  configured: readonly RepositoryEntry[],
  patterns: readonly string[],
  leastPriority: number | null,
): CyclePlan['repositories'] {
  if (configured.length === 0) {
    throw new GhwError('InvalidConfiguration', 'No repository is configured.', {
      hint: 'ghw repositories add owner/repo',
      retryable: false,
    });
  }
  for (const pattern of patterns) {
    if (configured.some(({ name }) => matchesPattern(name, pattern))) continue;
    throw new GhwError('RepositoryNotConfigured', `No configured repository is called ${pattern}.`, {
      hint: pattern.includes('*') ? 'ghw repositories list' : `ghw repositories add ${pattern}`,
    });
  }
  return configured
    .filter(({ active, name, priority }) => {
      const isNamed = patterns.some((pattern) => matchesPattern(name, pattern));
      const isUrgent = leastPriority === null || priority <= leastPriority;
      // One that rests is worked on where somebody names it.
      return isUrgent && (patterns.length === 0 ? active : isNamed && (active || patterns.includes(name)));
    })
    .map(({ id, name, priority }) => ({ id, name, priority }));
}
