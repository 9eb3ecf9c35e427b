import type { CycleSettings } from '../activities/cycle/dependencies.ts';
import type { RepositoryEntry } from '../activities/sync/dependencies.ts';
import type { Config, RepositoryConfig } from '../config/schema.ts';
import type { CycleRepository } from '../domain/cycle/cycle.ts';
import { workPhases } from '../domain/cycle/phases.ts';
import { priorityNumber } from '../domain/priority.ts';

/** The configured repositories, as steps take them. */
export function repositoryEntries({ repositories }: Config): readonly RepositoryEntry[] {
  return repositories.map(({ name, id, priority, active }) => ({
    name,
    id: id ?? null,
    priority: priorityNumber(priority),
    active,
  }));
}

/** What the configuration says about work cycles. */
export function cycleSettings(config: Config): CycleSettings {
  const { implement, issues_path: issuesPath, plan, review, sync, work } = config;
  return {
    repositories: repositoryEntries(config).map((entry, index) => ({
      ...entry,
      parallelism: ownParallelism(config.repositories[index]),
    })),
    labels: sync.labels,
    parallelism: { plan: plan.parallelism, implement: implement.parallelism, review: review.parallelism },
    maxNewPlans: work.max_new_plans_per_cycle,
    issuesPath,
    hooks: { before: work.before, after: work.after, failed: work.failed },
  };
}

function ownParallelism(repository: RepositoryConfig | undefined): CycleRepository['parallelism'] {
  const own = workPhases.flatMap((phase) => {
    const most = repository?.[phase]?.parallelism;
    return most === undefined ? [] : [[phase, most] as const];
  });
  return Object.fromEntries(own);
}
