import { describe, expect, it } from '@jest/globals';
import { looksLikeRanges, parseIssueRanges } from '../../../src/domain/schemas/issue-ranges.ts';
import { parseWorkTargets } from '../../../src/domain/schemas/work-targets.ts';

describe('issue numbers and ranges', () => {
  it.each([
    ['42', [[42, 42]]],
    ['#42', [[42, 42]]],
    ['1-10', [[1, 10]]],
    [
      '1-10,42',
      [
        [1, 10],
        [42, 42],
      ],
    ],
    [
      '42, 1-10, 5-12, 13',
      [
        [1, 13],
        [42, 42],
      ],
    ],
    ['7,7', [[7, 7]]],
    ['2147483647', [[2_147_483_647, 2_147_483_647]]],
  ] as const)('%s', (text, ranges) => {
    expect(parseIssueRanges(text)).toEqual(ranges);
  });

  it.each([
    ['0', '"0" is no issue number: those are 1 to 2147483647.'],
    ['1-0', '"1-0" is no issue number: those are 1 to 2147483647.'],
    ['10-1', '"10-1" runs backwards.'],
    ['1,10-1', '"10-1" in "1,10-1" runs backwards.'],
    ['1,,2', '"1,,2" has nothing before or after a comma.'],
    ['1,', '"1," has nothing before or after a comma.'],
    ['1-', '"1-" is neither an issue number nor a range.'],
    ['1-2-3', '"1-2-3" is neither an issue number nor a range.'],
    ['-1', '"-1" is neither an issue number nor a range.'],
    ['1.5', '"1.5" is neither an issue number nor a range.'],
    ['a', '"a" is neither an issue number nor a range.'],
    ['99999999999', '"99999999999" is neither an issue number nor a range.'],
    ['2147483648', '"2147483648" is no issue number: those are 1 to 2147483647.'],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseIssueRanges(text)).toThrow(expect.objectContaining({ name: 'InvalidInput', message }));
  });

  it('are not endless', () => {
    const many = Array.from({ length: 101 }, (_, index) => String(2 * index + 1)).join(',');

    expect(() => parseIssueRanges(many)).toThrow(/more than 100 issues and ranges/);
  });

  it('are told from repositories', () => {
    expect(['42', '1-10,42', '#7'].every(looksLikeRanges)).toBe(true);
    expect(['octo/hello', 'octo/42', '42/hello', '', '*'].some(looksLikeRanges)).toBe(false);
  });
});

describe('the words of ghw work', () => {
  it.each([
    [[], { repositories: [], numbers: null }],
    [['octo/*', 'acme/x'], { repositories: ['octo/*', 'acme/x'], numbers: null }],
    [
      ['octo/hello', '1-3', '7'],
      {
        repositories: ['octo/hello'],
        numbers: [
          [1, 3],
          [7, 7],
        ],
      },
    ],
    [['octo/hello#42'], { repositories: ['octo/hello'], numbers: [[42, 42]] }],
    [['octo/hello#1-2', 'octo/hello#3'], { repositories: ['octo/hello'], numbers: [[1, 3]] }],
    [['octo/a', 'octo/b', '5'], { repositories: ['octo/a', 'octo/b'], numbers: [[5, 5]] }],
  ])('%j', (words, targets) => {
    expect(parseWorkTargets(words)).toEqual(targets);
  });

  it.each([
    [['octo'], 'A repository must be owner/repo, or a pattern such as octo/*, not "octo".'],
    [['*'], 'A repository must be owner/repo, or a pattern such as octo/*, not "*".'],
    [['octo/**'], 'A repository must be owner/repo, or a pattern such as octo/*, not "octo/**".'],
    [['octo/hello#x'], '"x" is neither an issue number nor a range.'],
    [
      ['octo/a#1', 'octo/b#2'],
      'octo/b#2 names an issue of one repository; the numbers of a cycle are for all of its repositories.',
    ],
  ])('%j is refused: %s', (words, message) => {
    expect(() => parseWorkTargets(words)).toThrow(expect.objectContaining({ name: 'InvalidInput', message }));
  });
});
