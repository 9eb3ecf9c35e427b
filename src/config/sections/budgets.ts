import { z } from 'zod';
import { budgetPeriods } from '../../domain/budget.ts';

const usd = z.number().positive().max(1_000_000).nullable();

/** What issues may cost; the file has it for all repositories, and a repository may have its own. */
export const repositoryBudgetFields = {
  issue_usd: usd.describe('US dollars that one issue may cost in its whole life; null for no limit.'),
  repository_usd: usd.describe('US dollars that all issues of one repository may cost in a period; null for no limit.'),
  repository_period: z
    .enum(budgetPeriods)
    .describe('The period of repository_usd: a day or a month of UTC, or all time.'),
};

export const budgetFields = {
  ...repositoryBudgetFields,
  day_usd: usd.describe('US dollars that all repositories together may cost in a day of UTC; null for no limit.'),
};

export const budgetDefaults = {
  issue_usd: 25,
  repository_usd: null,
  repository_period: 'month' as const,
  day_usd: null,
};
