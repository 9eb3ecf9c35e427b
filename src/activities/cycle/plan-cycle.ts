import type { CyclePlan, CycleRequest } from '../../domain/cycle/cycle.ts';
import { backOff } from '../../domain/cycle/back-off.ts';
import { matchesPattern } from '../../domain/cycle/select.ts';
import { GhwError } from '../../domain/errors.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import type { CycleDependencies, CycleRepositoryEntry } from './dependencies.ts';

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
    const { repositories, unknown } = selected(settings.repositories, selection.repositories, selection.priority);
    const [earlier, count] = await Promise.all([
      ledger.cycles.list({ name, limit: LOOK_BACK }),
      ledger.cycles.count(name),
    ]);
    const { labels, parallelism, maxNewPlans, hooks, issuesPath } = settings;
    return {
      cycle: count + 1,
      repositories,
      unknown,
      labels,
      parallelism,
      maxNewPlans,
      hooks: { before: hooks.before.length, after: hooks.after.length, failed: hooks.failed.length },
      issuesPath,
      ...backOff(earlier, intervalMs),
    };
  };
}

function selected(
  configured: readonly CycleRepositoryEntry[],
  patterns: readonly string[],
  leastPriority: number | null,
): Pick<CyclePlan, 'repositories' | 'unknown'> {
  if (configured.length === 0) {
    throw new GhwError('InvalidConfiguration', 'No repository is configured.', {
      hint: 'ghw repositories add owner/repo',
      retryable: false,
    });
  }
  const unknown = patterns.filter((pattern) => !configured.some(({ name }) => matchesPattern(name, pattern)));
  const [first] = unknown;
  // One that somebody has removed since costs the others nothing.
  if (first !== undefined && unknown.length === patterns.length) {
    throw new GhwError('RepositoryNotConfigured', `No configured repository is called ${unknown.join(' or ')}.`, {
      hint: first.includes('*') ? 'ghw repositories list' : `ghw repositories add ${first}`,
    });
  }
  const names = new Set(patterns.map(canonicalRepositoryName));
  const repositories = configured
    .filter(({ active, name, priority }) => {
      const isNamed = patterns.some((pattern) => matchesPattern(name, pattern));
      const isUrgent = leastPriority === null || priority <= leastPriority;
      // One that rests is worked on where somebody names it.
      return (
        isUrgent && (patterns.length === 0 ? active : isNamed && (active || names.has(canonicalRepositoryName(name))))
      );
    })
    .map(({ id, name, parallelism, priority }) => ({ id, name, parallelism, priority }));
  return { repositories, unknown };
}
