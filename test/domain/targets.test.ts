import { describe, expect, it } from '@jest/globals';
import { commitInput, digestInput, lineInput, parseInput, textInput } from '../../src/domain/schemas/input.ts';
import { parseIssues, parseTargets } from '../../src/domain/schemas/targets.ts';

const hello = 'octo/hello';

describe('the words that name issues', () => {
  it.each([
    [
      ['octo/hello', '42', '43'],
      [42, 43],
    ],
    [['octo/hello#42'], [42]],
    [['octo/hello', '#42', 'octo/hello#42', 'Octo/Hello#42'], [42]],
    [
      ['https://github.com/octo/hello/issues/42', 'https://ghe.example.org/x/octo/hello/issues/43#issuecomment-1'],
      [42, 43],
    ],
  ])('%j', (words, numbers) => {
    expect(parseIssues(words, []).map(({ number }) => number)).toEqual(numbers);
  });

  it('may be numbers alone where one repository is configured', () => {
    expect(parseIssues(['42'], [hello])).toEqual([{ repository: hello, number: 42 }]);
    expect(() => parseIssues(['42'], [])).toThrow(expect.objectContaining({ hint: expect.stringContaining('add') }));
    expect(() => parseIssues(['42'], [hello, 'octo/world'])).toThrow(
      expect.objectContaining({ hint: 'Several repositories are configured: write owner/repo#42.' }),
    );
  });

  it('may be of several repositories, each with its own numbers', () => {
    expect(parseTargets(['octo/hello', '1', 'octo/world', '2', 'octo/whole'], [])).toEqual({
      issues: [
        { repository: hello, number: 1 },
        { repository: 'octo/world', number: 2 },
      ],
      repositories: ['octo/whole'],
    });
  });

  it.each([
    'octo/hello#0',
    'octo/hello#-1',
    'octo/hello#1.5',
    'octo/hello#',
    'octo/hello#99999999999',
    '../x',
    'a/..',
    '-x',
    'octo/hello\n',
    'https://github.com/octo/hello/pull/42',
    'https://github.com/octo/hello/issues/0',
    'https://github.com/../hello/issues/1',
    '',
    'octo',
  ])('are refused: %j', (word) => {
    expect(() => parseIssues([word], [hello])).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
  });

  it('must name an issue', () => {
    expect(() => parseIssues([], [hello])).toThrow('No issue is named.');
    expect(() => parseIssues([hello], [])).toThrow('Which issue of octo/hello?');
  });
});

describe('other input', () => {
  it('is read by one schema each', () => {
    expect(parseInput(digestInput, 'ABCDEF12', 'The digest')).toBe('abcdef12');
    expect(parseInput(commitInput, 'c'.repeat(40), 'The head')).toBe('c'.repeat(40));
    expect(parseInput(lineInput, '  a reason ', 'The reason')).toBe('a reason');
    expect(parseInput(textInput, 'two\nlines', 'The feedback')).toBe('two\nlines');
  });

  it.each([
    [digestInput, 'abc'],
    [commitInput, 'c'.repeat(39)],
    [lineInput, 'two\nlines'],
    [lineInput, '   '],
    [textInput, 'a\u001B[31m'],
  ])('is refused with what it must be', (schema, text) => {
    expect(() => parseInput(schema, text, 'It')).toThrow(
      expect.objectContaining({ name: 'InvalidInput', message: expect.stringMatching(/^It must .*not "/) }),
    );
  });
});
