import { describe, expect, it } from '@jest/globals';
import {
  budgetReached,
  emptyPurse,
  spendingSince,
  standings,
  tightest,
  withRaise,
  withSpent,
  workOf,
  type Allowance,
} from '../../src/domain/budget.ts';
import { newIssueState, type IssueState } from '../../src/domain/issue-state.ts';
import { upgradeIssueState } from '../../src/domain/upgrade-state.ts';
import { aPolicy } from './builders.ts';

const NOON = '2026-03-15T12:00:00.000Z';
const budgets = { issueUsd: 10, repositoryUsd: 50, repositoryPeriod: 'month', dayUsd: 20 } as const;
const allowance: Allowance = { runUsd: 2, budgets, raisedUsd: 0, raises: [], workRaisedUsd: 0 };
const nothing = { workUsd: 0, issueUsd: 0, repositoryUsd: 0, dayUsd: 0 };

describe('the budgets of a run', () => {
  it.each([
    ['run', { ...nothing, workUsd: 1.5, issueUsd: 8 }],
    ['issue', { ...nothing, issueUsd: 9 }],
    ['repository', { ...nothing, repositoryUsd: 49 }],
    ['day', { ...nothing, dayUsd: 19.5 }],
  ] as const)('are bound by the one of which least is left: %s', (kind, spending) => {
    expect(tightest(standings(allowance, spending, NOON))?.kind).toBe(kind);
  });

  it('are none where none is configured', () => {
    const free = { ...budgets, issueUsd: null, repositoryUsd: null, dayUsd: null };

    expect(tightest(standings({ ...allowance, runUsd: null, budgets: free }, nothing, NOON))).toBeNull();
  });

  it('are passed by what was raised, that of a day by what was raised on it', () => {
    const raises = [
      { usd: 3, at: '2026-03-14T12:00:00.000Z' },
      { usd: 4, at: '2026-03-15T11:00:00.000Z' },
    ];
    const raised = standings({ ...allowance, raisedUsd: 7, raises, workRaisedUsd: 4 }, nothing, NOON);

    expect(raised.map(({ kind, limitUsd }) => [kind, limitUsd])).toEqual([
      ['run', 6],
      ['issue', 17],
      ['repository', 57],
      ['day', 24],
    ]);
  });

  it('say what was spent when they are used up', () => {
    const reached = budgetReached({ kind: 'issue', limitUsd: 10, spentUsd: 9 }, 1.25);

    expect(reached).toMatchObject({ kind: 'issue', limitUsd: 10, spentUsd: 10.25 });
    expect(reached.message).toContain('$10.25 of $10.00');
  });

  it('count from the beginning of a day, a month, or ever', () => {
    expect(spendingSince('day', NOON).repository).toBe('2026-03-15T00:00:00.000Z');
    expect(spendingSince('month', NOON).repository).toBe('2026-03-01T00:00:00.000Z');
    expect(spendingSince('total', NOON)).toEqual({ repository: null, day: '2026-03-15T00:00:00.000Z' });
  });
});

describe('the budget of one run', () => {
  it('is shared by all turns of a piece of work, and new for the next one', () => {
    const purse = withRaise(withSpent(withSpent(emptyPurse, 'plan-1', 1), 'plan-1', 0.5), { usd: 2, at: NOON });

    expect(workOf(purse, 'plan-1')).toMatchObject({ spentUsd: 1.5, raisedUsd: 2 });
    expect(workOf(purse, 'implement-1.0')).toEqual({ spentUsd: 0, raisedUsd: 0 });
    expect(withSpent(purse, 'implement-1.0', 1).work).toEqual({ key: 'implement-1.0', spentUsd: 1, raisedUsd: 0 });
  });
});

describe('a state from before there were questions and budgets', () => {
  it('is brought to the present schema', () => {
    const fresh = newIssueState({ repository: 'octo/hello', repositoryId: null, number: 1 }, 'feature');
    const { conversation: _c, stop: _s, purse: _p, ...old } = { ...fresh, policy: aPolicy(), costUsd: 3 };
    const { clarification: _a, budgets: _b, ...oldPolicy } = aPolicy();
    const carried = { ...old, policy: oldPolicy, schema: 1 } as unknown as IssueState;

    expect(upgradeIssueState(carried)).toEqual({ ...fresh, policy: aPolicy(), costUsd: 3 });
  });

  it('is refused where a newer version wrote it', () => {
    expect(() => upgradeIssueState({ schema: 99 } as unknown as IssueState)).toThrow('schema 99');
  });
});
