import { describe, expect, it } from '@jest/globals';
import { describeOutcome, stateLine } from '../../src/cli/describe.ts';
import { nextCommand } from '../../src/cli/next-step.ts';
import { publishOf } from '../../src/cli/actions/issues.ts';
import { newIssueState, type IssueState, withImplementation, withPlan } from '../../src/domain/issue-state.ts';
import { implementationStates } from '../../src/domain/implementation.ts';
import { planStates } from '../../src/domain/plan.ts';
import { summarize, type IssueSummary } from '../../src/domain/summary.ts';
import { aPullRequest } from '../domain/builders.ts';

function summary(change: (state: IssueState) => IssueState = (state) => state): IssueSummary {
  return summarize(change(newIssueState({ repository: 'octo/hello', repositoryId: null, number: 42 }, 'feature')));
}

describe('what comes next', () => {
  it.each([
    ['none', 'none', 'ghw issues plan octo/hello#42'],
    ['generating', 'none', 'ghw issues follow octo/hello#42'],
    ['awaiting_review', 'none', 'ghw plans review octo/hello#42'],
    ['awaiting_review', 'pr_opened', 'ghw plans review octo/hello#42'],
    ['approved', 'none', 'ghw issues implement octo/hello#42'],
    ['approved', 'failed', 'ghw issues implement octo/hello#42 --force'],
    ['approved', 'reviewed', 'ghw implementations review octo/hello#42'],
    ['approved', 'pr_opened', undefined],
  ] as const)('with plan %s and implementation %s: %s', (plan, implementation, command) => {
    const state = summary((before) => withImplementation(withPlan(before, { state: plan }), { state: implementation }));

    expect(nextCommand(state)).toBe(command);
  });

  it('is nothing once the issue is over, and to resume while it is paused', () => {
    expect(nextCommand(summary((state) => ({ ...state, outcome: 'merged' })))).toBeUndefined();
    const paused = { by: 'ana', reason: null, at: '2026-01-01T00:00:00.000Z' };
    expect(nextCommand(summary((state) => ({ ...state, paused })))).toBe('ghw issues resume octo/hello#42');
  });
});

describe('where an issue stands', () => {
  it('has words for every combination of states', () => {
    for (const plan of planStates) {
      for (const implementation of implementationStates) {
        const state = summary((before) =>
          withImplementation(withPlan(before, { state: plan }), { state: implementation }),
        );
        expect(stateLine(state)).toMatch(/^(plan|implementation) [a-zA-Z ,]+$/);
      }
    }
  });

  it('names the pull request, and lets no text of GitHub’s reach the terminal as it is', () => {
    const pullRequest = aPullRequest({ url: 'https://example.test/\u001B[31m' });
    const text = describeOutcome(summary((state) => withImplementation(state, { state: 'pr_opened', pullRequest })));

    expect(text).toContain('pull request: https://example.test/␛[31m');
  });
});

describe('--push and --pr', () => {
  it.each([
    [{}, 'pull_request', null],
    [{ push: false }, 'pull_request', 'none'],
    [{ pr: true }, 'none', 'pull_request'],
    [{ pr: false }, 'pull_request', 'branch'],
    [{ pr: false }, 'none', 'none'],
    [{ push: true }, 'none', 'branch'],
    [{ push: true }, 'pull_request', 'pull_request'],
    [{ push: true, pr: false }, 'none', 'branch'],
  ] as const)('%j over %s is %s', (options, configured, wanted) => {
    expect(publishOf(options, configured)).toBe(wanted);
  });

  it('exclude each other where they contradict', () => {
    expect(() => publishOf({ push: false, pr: true }, 'branch')).toThrow(
      expect.objectContaining({ name: 'InvalidInput' }),
    );
  });
});
