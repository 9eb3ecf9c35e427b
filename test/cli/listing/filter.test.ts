import { describe, expect, it } from '@jest/globals';
import { implementationStatesOf, type LineFilter, matcherOf, planStatesOf } from '../../../src/cli/listing/filter.ts';
import type { IssueLine } from '../../../src/cli/listing/line.ts';
import { sortKeys } from '../../../src/cli/listing/choices.ts';
import { sortLines } from '../../../src/cli/listing/sort.ts';
import { aLine } from './builders.ts';

function matches(filter: Partial<LineFilter>, over: Partial<IssueLine>): boolean {
  return matcherOf({ state: 'open', ...filter })(aLine(over));
}

describe('a filter of issues', () => {
  it('takes open issues, closed ones, or all', () => {
    const closed = { state: 'closed' } as const;

    expect([matches({}, {}), matches({}, closed)]).toEqual([true, false]);
    expect([matches({ state: 'closed' }, {}), matches({ state: 'closed' }, closed)]).toEqual([false, true]);
    expect([matches({ state: 'all' }, {}), matches({ state: 'all' }, closed)]).toEqual([true, true]);
  });

  it('shows among the open ones what is closed but still works, and not what is gone', () => {
    expect(matches({}, { state: 'closed', live: true })).toBe(true);
    expect(matches({}, { gone: 'transferred' })).toBe(false);
    expect(matches({ state: 'all' }, { gone: 'deleted' })).toBe(true);
  });

  it('wants all labels, and none of those that are excluded, in any case', () => {
    const labels = ['Bug', 'Good First Issue'];

    expect(matches({ labels: ['bug', 'good first issue'] }, { labels })).toBe(true);
    expect(matches({ labels: ['bug', 'docs'] }, { labels })).toBe(false);
    expect(matches({ withoutLabels: ['BUG'] }, { labels })).toBe(false);
    expect(matches({ withoutLabels: ['docs'] }, { labels: [] })).toBe(true);
  });

  it('compares people and repositories in any case', () => {
    expect(matches({ author: 'Ana' }, { author: 'ana' })).toBe(true);
    expect(matches({ author: 'ana' }, { author: null })).toBe(false);
    expect(matches({ assignee: 'BO' }, { assignees: ['ana', 'bo'] })).toBe(true);
    expect(matches({ repositories: ['Octo/Hello'] }, {})).toBe(true);
    expect(matches({ repositories: ['my-octo/hello'] }, {})).toBe(false);
  });

  it('wants one of the states, and the one that is waited for', () => {
    expect(matches({ plan: ['approved', 'none'] }, {})).toBe(true);
    expect(matches({ plan: ['approved'] }, {})).toBe(false);
    expect(matches({ implementation: ['pr_opened'] }, { implementationState: 'pr_opened' })).toBe(true);
    expect(matches({ waitsFor: 'person' }, { waitsFor: 'agent' })).toBe(false);
  });

  it('finds words of the title in any order, as text', () => {
    expect(matches({ search: 'name  greet' }, { title: 'Greet people by their name' })).toBe(true);
    expect(matches({ search: 'gr.*t' }, { title: 'Greet people' })).toBe(false);
    expect(matches({ search: 'x' }, { title: null })).toBe(false);
  });
});

describe('the name of a state', () => {
  it('may be its own or the one that people see', () => {
    expect(planStatesOf(['awaiting_review', 'Waiting for local review', 'none'])).toEqual([
      'awaiting_review',
      'awaiting_review',
      'none',
    ]);
    expect(implementationStatesOf(['PR opened', 'pr-opened', 'review in progress'])).toEqual([
      'pr_opened',
      'pr_opened',
      'reviewing',
    ]);
  });

  it('is refused with those there are', () => {
    expect(() => planStatesOf(['merged'])).toThrow(
      expect.objectContaining({ name: 'InvalidInput', hint: expect.stringContaining('waiting for local review') }),
    );
  });
});

describe('the order of a list', () => {
  const lines = [
    aLine({ number: 2, title: 'b', costUsd: 0, updatedAt: '2026-01-03T00:00:00.000Z' }),
    aLine({ number: 10, title: 'A', costUsd: 2, planState: 'approved', updatedAt: null }),
    aLine({ number: 1, title: 'c', costUsd: 1, planState: 'generating', updatedAt: '2026-01-01T00:00:00.000Z' }),
    aLine({ repository: 'Acme/x', number: 7, title: null, planState: 'approved', costUsd: 0 }),
  ];

  it.each([
    ['number', [7, 1, 2, 10]],
    ['updated', [2, 7, 1, 10]],
    ['title', [7, 10, 2, 1]],
    ['cost', [10, 1, 7, 2]],
    ['plan', [2, 1, 7, 10]],
  ] as const)('by %s', (key, numbers) => {
    expect(sortLines(lines, key).map(({ number }) => number)).toEqual(numbers);
    expect(sortLines(lines, key, true).map(({ number }) => number)).toEqual([...numbers].reverse());
  });

  it('loses no line, by any key', () => {
    for (const key of sortKeys) expect(sortLines(lines, key)).toHaveLength(lines.length);
  });
});
