export const budgetKinds = ['run', 'issue', 'repository', 'day'] as const;
export type BudgetKind = (typeof budgetKinds)[number];

/** What may end an agent's run before its work is done; `other` where the agent alone knows. */
export const limitKinds = [
  ...budgetKinds,
  'turns',
  'wall_clock',
  'output',
  'disk',
  'memory',
  'processes',
  'other',
] as const;
export type LimitKind = (typeof limitKinds)[number];

/** True for a limit of money: raising a budget lets work pass it. */
export function isBudget(kind: LimitKind): kind is BudgetKind {
  return (budgetKinds as readonly LimitKind[]).includes(kind);
}

/** A limit that was reached. */
export interface ReachedLimit {
  readonly kind: LimitKind;
  /** US dollars of a budget; null for other limits, and where only the agent knows. */
  readonly limitUsd: number | null;
  readonly spentUsd: number | null;
  /** For the reader. */
  readonly message: string;
}

/** What an issue's work stopped at; a person says whether it goes on. */
export interface Stop extends ReachedLimit {
  readonly track: 'plan' | 'implementation' | 'review';
  /** ISO 8601. */
  readonly at: string;
}
