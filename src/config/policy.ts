import { agentPhases } from '../domain/agent-run.ts';
import { parseDuration } from '../domain/duration.ts';
import { GhwError } from '../domain/errors.ts';
import type { AgentChoice, IssuePolicy, NamedAgentPolicy, RunLimits } from '../domain/policy.ts';
import { priorityNumber, type Priority } from '../domain/priority.ts';
import { canonicalRepositoryName } from '../domain/repository-name.ts';
import type { repositorySections } from './schema.ts';
import { type Config, type RepositoryConfig } from './schema.ts';

/** The settings that hold for one repository: its own, then those of the file, then the defaults. */
export type RepositorySettings = Pick<Config, (typeof repositorySections)[number]> &
  Config['pull_requests'] & {
    /** Its own, then those that hold for all. */
    readonly choices: Config['choices'];
    /** The name it was added under; workflows are named after it. */
    readonly name: string;
    readonly id: string | undefined;
    readonly priority: Priority;
    readonly active: boolean;
    readonly is_critical: boolean;
  };

/** A repository as configured: by the name it was added under or has now, in any spelling, or by node id. */
export function findRepository(config: Config, nameOrId: string): RepositoryConfig | undefined {
  const wanted = canonicalRepositoryName(nameOrId);
  return config.repositories.find(
    ({ name, renamed_to: now, id }) =>
      canonicalRepositoryName(name) === wanted ||
      (now !== undefined && canonicalRepositoryName(now) === wanted) ||
      id === nameOrId,
  );
}

/**
 * What holds for one repository, by name in any spelling or by node id.
 *
 * @throws GhwError `RepositoryNotConfigured`
 */
export function repositorySettings(config: Config, nameOrId: string): RepositorySettings {
  const own = findRepository(config, nameOrId);
  if (own === undefined) {
    throw new GhwError('RepositoryNotConfigured', `${nameOrId} is not among the configured repositories.`, {
      hint: `ghw repositories add ${nameOrId}`,
    });
  }
  return {
    name: own.name,
    id: own.id,
    priority: own.priority,
    active: own.active,
    is_critical: own.is_critical,
    ...pullRequestSettings(config.pull_requests, own),
    agent: { ...config.agent, ...own.agent },
    plan: { ...config.plan, ...own.plan },
    implement: { ...config.implement, ...own.implement },
    review: { ...config.review, ...own.review },
    templates: { ...config.templates, ...own.templates },
    validation: { ...config.validation, ...own.validation },
    clarification: { ...config.clarification, ...own.clarification },
    budgets: { ...config.budgets, ...own.budgets },
    choices: [...(own.choices ?? []), ...config.choices],
  };
}

/** What one repository says of its pull requests, then what is said of all, key by key. */
function pullRequestSettings(general: Config['pull_requests'], own: RepositoryConfig): Config['pull_requests'] {
  const { models } = general;
  return {
    polling_interval: own.polling_interval === undefined ? general.polling_interval : own.polling_interval,
    time_zone: own.time_zone ?? general.time_zone,
    business_hours: own.business_hours ?? general.business_hours,
    failure_threshold: own.failure_threshold ?? general.failure_threshold,
    auto_fix_enabled: own.auto_fix_enabled ?? general.auto_fix_enabled,
    fix_categories: own.fix_categories ?? general.fix_categories,
    reviewers: own.reviewers ?? general.reviewers,
    skip: { ...general.skip, ...own.skip },
    models: {
      analysis: { ...models.analysis, ...own.models?.analysis },
      fix: { ...models.fix, ...own.models?.fix },
      review: { ...models.review, ...own.models?.review },
    },
  };
}

/**
 * The configuration for one repository in the form in which a workflow takes it.
 *
 * @throws GhwError `RepositoryNotConfigured`
 */
export function resolvePolicy(config: Config, nameOrId: string): IssuePolicy {
  const { agent, budgets, choices, clarification, plan, implement, priority, review, validation } = repositorySettings(
    config,
    nameOrId,
  );
  const namedAgents = Object.fromEntries(config.named_agents.map((named) => [named.name, namedPolicy(named)]));
  const choice = (phase: Pick<RepositorySettings['plan'], 'agent' | 'model'>): AgentChoice => {
    const name = phase.agent ?? agent.default;
    return { agent: name, model: phase.model ?? namedAgents[name]?.model ?? agent.model };
  };
  return {
    taskType: agent.task_type,
    priority: priorityNumber(priority),
    plan: choice(plan),
    implement: {
      ...choice(implement),
      publish: implement.publish,
      draft: implement.draft,
      validationRounds: implement.validation_rounds,
    },
    review: { ...choice(review), maxRounds: review.max_rounds },
    run: {
      wallClockMs: parseDuration(agent.timeout),
      idleMs: parseDuration(agent.idle_timeout),
      maxTurns: agent.max_turns,
      budgetUsd: agent.budget_usd,
    },
    choices: choices.map((rule) => ({
      label: rule.label,
      phases: rule.phases ?? agentPhases,
      agent: rule.agent ?? null,
      model: rule.model ?? null,
      limits: limitsOf(rule),
    })),
    fallback: agent.fallback,
    namedAgents,
    approval: {
      reminderMs: config.approval.reminder === null ? null : parseDuration(config.approval.reminder),
      remindAgainMs: parseDuration(config.approval.remind_again),
      commentCommands: config.approval.comment_commands,
    },
    clarification: {
      onExpiry: clarification.on_expiry,
      expiresAfterMs: parseDuration(clarification.expires_after),
      maxRounds: clarification.max_rounds,
    },
    budgets: {
      issueUsd: budgets.issue_usd,
      repositoryUsd: budgets.repository_usd,
      repositoryPeriod: budgets.repository_period,
      dayUsd: budgets.day_usd,
    },
    notifications: { githubComment: config.notifications.github_comment },
    validation: { timeoutMs: parseDuration(validation.timeout) },
  };
}

type OwnLimits = Pick<Config['choices'][number], 'timeout' | 'max_turns' | 'budget_usd'>;

function namedPolicy(named: Config['named_agents'][number]): NamedAgentPolicy {
  return { model: named.model ?? null, limits: limitsOf(named) };
}

function limitsOf({ timeout, max_turns: maxTurns, budget_usd: budgetUsd }: OwnLimits): Partial<RunLimits> {
  return {
    ...(timeout === undefined ? {} : { wallClockMs: parseDuration(timeout) }),
    ...(maxTurns === undefined ? {} : { maxTurns }),
    ...(budgetUsd === undefined ? {} : { budgetUsd }),
  };
}
