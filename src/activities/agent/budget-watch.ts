import type { Context } from '@temporalio/activity';
import type { AgentEnd } from '../../agents/agent.ts';
import { createSpendMeter, type SpendMeter } from '../../agents/spend-meter.ts';
import { budgetReached, spendingSince, standings, tightest, type BudgetStanding } from '../../domain/budget.ts';
import { GhwError } from '../../domain/errors.ts';
import { formatIssue } from '../../domain/issue.ts';
import type { PriceTable } from '../../domain/money/prices.ts';
import type { ReachedLimit } from '../../domain/limit.ts';
import type { OthersSpending, SpendingLedger } from '../../ledger/ledger.ts';
import { toFailure } from '../failures.ts';
import type { AgentRunInput } from './types.ts';

/** How often runs at the same time tell one another what they spend. */
const EVERY_MS = 3_000;

/** Less than what any call costs. */
const NOTHING_USD = 1e-9;

/** Watches what a run may still spend, while others spend of the same budgets. */
export interface BudgetWatch {
  /** Ends the run at its limit. */
  readonly meter: SpendMeter;
  /** US dollars that earlier attempts spent, also those that died before they could say. */
  readonly earlierUsd: number;
  /** The budget of which least is left, with what the run has spent; null where there is none. */
  reached(): ReachedLimit | null;
  /** Books what the run has cost, earlier attempts included. A ledger that is away is told by the next run's look. */
  book(costUsd: number): Promise<void>;
  stop(): Promise<void>;
}

interface Watched {
  readonly context: Context;
  /** US dollars, of earlier attempts. */
  readonly earlierUsd: number;
  /** Of models; those that are shipped where none are given. */
  readonly prices?: PriceTable;
  readonly now?: () => Date;
}

/**
 * Looks at every budget before a run, and goes on looking.
 *
 * @throws ApplicationFailure `BudgetExceeded`, with the limit, where nothing is left to spend; GhwError
 * `LedgerUnreachable` where budgets that only the ledger knows of cannot be looked at
 */
export async function watchBudget(
  { spending }: { readonly spending: SpendingLedger },
  input: AgentRunInput,
  { context, earlierUsd: told, prices, now = () => new Date() }: Watched,
): Promise<BudgetWatch> {
  const { allowance, issue, spent } = input;
  const { activityId, scheduledTimestampMs, workflowExecution } = context.info;
  const key = `${workflowExecution?.workflowId ?? ''}/${workflowExecution?.runId ?? ''}/${activityId}`;
  const startedAt = new Date(scheduledTimestampMs).toISOString();
  const meter = createSpendMeter(prices === undefined ? {} : { prices });
  let booked = told;
  let earlierUsd = told;
  let others: OthersSpending = { issueUsd: spent.issueUsd, repositoryUsd: 0, dayUsd: 0 };

  const spentUsd = (): number => Math.max(booked, earlierUsd + meter.spentUsd);
  const least = (): BudgetStanding | null => {
    // What the workflow has booked may not have reached the ledger, and the other way round.
    const issueUsd = Math.max(others.issueUsd, spent.issueUsd);
    const all = { ...others, issueUsd, workUsd: spent.workUsd };
    return tightest(standings(allowance, all, now().toISOString()));
  };
  const look = async (costUsd: number): Promise<number> => {
    booked = Math.max(booked, costUsd);
    const since = spendingSince(allowance.budgets.repositoryPeriod, now().toISOString());
    const { ownUsd, ...rest } = await spending.book({ key, issue, startedAt, costUsd: booked, since });
    others = rest;
    return ownUsd;
  };
  const setLimit = (): void => {
    const budget = least();
    meter.limitUsd = budget && Math.max(0, budget.limitUsd - budget.spentUsd - earlierUsd);
  };

  try {
    earlierUsd = Math.max(told, await look(told));
    booked = earlierUsd;
  } catch (error) {
    // The workflow's own books are enough for the other budgets.
    const { dayUsd, repositoryUsd } = allowance.budgets;
    if (dayUsd !== null || repositoryUsd !== null) throw error;
  }
  setLimit();
  const before = least();
  if (before && before.limitUsd - before.spentUsd - earlierUsd <= NOTHING_USD) {
    const limit = budgetReached(before, earlierUsd);
    const error = new GhwError('BudgetExceeded', `${formatIssue(issue)}: ${limit.message}.`, { retryable: false });
    throw toFailure(error, [{ trace: null, limit }]);
  }

  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look(spentUsd())
      // What was last known goes on to count.
      .then(setLimit, () => undefined)
      .finally(() => (looking = null));
  }, EVERY_MS);
  return {
    meter,
    earlierUsd,
    reached: () => {
      const budget = least();
      return budget && budgetReached(budget, spentUsd());
    },
    book: async (costUsd) => {
      await looking;
      await look(costUsd).catch(() => undefined);
    },
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

/** The limit that ended a run. */
export function reachedLimit({ limit, message }: AgentEnd, budget: Pick<BudgetWatch, 'reached'>): ReachedLimit {
  const reached = budget.reached();
  // Some CLIs have a budget of their own and do not say that it was that.
  const isUsedUp = reached !== null && (reached.spentUsd ?? 0) >= (reached.limitUsd ?? Infinity);
  if (reached && (limit === 'budget' || (limit === undefined && isUsedUp))) return reached;
  const kind = limit === undefined || limit === 'budget' ? 'other' : limit;
  return { kind, limitUsd: null, spentUsd: null, message: message.replace(/\.$/, '') };
}
