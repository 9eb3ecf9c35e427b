import type { BudgetKind, ReachedLimit } from './limit.ts';

/** For how long a repository's spending counts; days and months are those of UTC. */
export const budgetPeriods = ['day', 'month', 'total'] as const;
export type BudgetPeriod = (typeof budgetPeriods)[number];

/** US dollars; null for no limit. */
export interface Budgets {
  /** One issue's whole life. */
  readonly issueUsd: number | null;
  /** All issues of the repository, per {@link repositoryPeriod}. */
  readonly repositoryUsd: number | null;
  readonly repositoryPeriod: BudgetPeriod;
  /** All repositories of this installation, per day. */
  readonly dayUsd: number | null;
}

/** What a person added to an issue's budgets. */
export interface Raise {
  readonly usd: number;
  /** ISO 8601. */
  readonly at: string;
}

/** The money of one issue, beside what it cost. */
export interface Purse {
  readonly raisedUsd: number;
  /** The newest of them. */
  readonly raises: readonly Raise[];
  /** The present piece of work: its runs share the budget of a run. */
  readonly work: { readonly key: string; readonly spentUsd: number; readonly raisedUsd: number } | null;
}

export const emptyPurse: Purse = { raisedUsd: 0, raises: [], work: null };
const MAX_RAISES = 50;

/** Adds to every budget that this issue meets. */
export function withRaise(purse: Purse, raise: Raise): Purse {
  return {
    raisedUsd: purse.raisedUsd + raise.usd,
    raises: [...purse.raises, raise].slice(-MAX_RAISES),
    work: purse.work && { ...purse.work, raisedUsd: purse.work.raisedUsd + raise.usd },
  };
}

/** Books a run of a piece of work. */
export function withSpent(purse: Purse, key: string, costUsd: number): Purse {
  const { spentUsd, raisedUsd } = workOf(purse, key);
  return { ...purse, work: { key, spentUsd: spentUsd + costUsd, raisedUsd } };
}

/** What a piece of work has cost, and what it may cost beyond the budget of a run. */
export function workOf({ work }: Purse, key: string): { readonly spentUsd: number; readonly raisedUsd: number } {
  return work?.key === key ? work : { spentUsd: 0, raisedUsd: 0 };
}

/** Since when spending counts. */
export interface SpendingSince {
  /** ISO 8601; null for ever. */
  readonly repository: string | null;
  readonly day: string;
}

/** Since when it counts at a moment. @param now - ISO 8601 */
export function spendingSince(period: BudgetPeriod, now: string): SpendingSince {
  const day = `${now.slice(0, 10)}T00:00:00.000Z`;
  switch (period) {
    case 'day':
      return { repository: day, day };
    case 'month':
      return { repository: `${now.slice(0, 7)}-01T00:00:00.000Z`, day };
    case 'total':
      return { repository: null, day };
  }
}

/** What was spent and what may be, where a run looks at its budgets. US dollars. */
export interface Spending {
  /** Of this piece of work by its earlier runs. */
  readonly workUsd: number;
  /** By everything but this run. */
  readonly issueUsd: number;
  readonly repositoryUsd: number;
  readonly dayUsd: number;
}

/** What a run must keep to. */
export interface Allowance {
  readonly runUsd: number | null;
  readonly budgets: Budgets;
  readonly raisedUsd: number;
  readonly raises: readonly Raise[];
  readonly workRaisedUsd: number;
}

/** One budget as it stands for a run. */
export interface BudgetStanding {
  readonly kind: BudgetKind;
  readonly limitUsd: number;
  /** By all but the run itself. */
  readonly spentUsd: number;
}

/** Every budget that there is. @param now - ISO 8601 */
export function standings(allowance: Allowance, spending: Spending, now: string): readonly BudgetStanding[] {
  const { budgets, raises, raisedUsd, runUsd, workRaisedUsd } = allowance;
  const raisedSince = (since: string | null): number =>
    since === null
      ? raisedUsd
      : raises.filter(({ at }) => Date.parse(at) >= Date.parse(since)).reduce((sum, { usd }) => sum + usd, 0);
  const since = spendingSince(budgets.repositoryPeriod, now);
  const all: readonly [BudgetKind, number | null, number, number][] = [
    ['run', runUsd, workRaisedUsd, spending.workUsd],
    ['issue', budgets.issueUsd, raisedUsd, spending.issueUsd],
    ['repository', budgets.repositoryUsd, raisedSince(since.repository), spending.repositoryUsd],
    ['day', budgets.dayUsd, raisedSince(since.day), spending.dayUsd],
  ];
  return all.flatMap(([kind, limitUsd, raised, spentUsd]) =>
    limitUsd === null ? [] : [{ kind, limitUsd: limitUsd + raised, spentUsd }],
  );
}

/** The one of which least is left; null if there is none. */
export function tightest(all: readonly BudgetStanding[]): BudgetStanding | null {
  const left = ({ limitUsd, spentUsd }: BudgetStanding): number => limitUsd - spentUsd;
  return all.reduce<BudgetStanding | null>((least, one) => (least && left(least) <= left(one) ? least : one), null);
}

const names = {
  run: 'the budget of a run (agent.budget_usd)',
  issue: "the issue's budget (budgets.issue_usd)",
  repository: "the repository's budget (budgets.repository_usd)",
  day: "the day's budget (budgets.day_usd)",
} as const satisfies Record<BudgetKind, string>;

/** A budget that is used up, for the reader. @param runUsd - what the run itself spent */
export function budgetReached({ kind, limitUsd, spentUsd }: BudgetStanding, runUsd: number): ReachedLimit {
  const spent = spentUsd + runUsd;
  return {
    kind,
    limitUsd,
    spentUsd: spent,
    message: `${names[kind]} is used up: $${spent.toFixed(2)} of $${limitUsd.toFixed(2)}`,
  };
}
