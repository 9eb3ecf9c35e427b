import { describe, expect, it } from '@jest/globals';
import { harmless, harmlessLine } from '../../src/domain/harmless.ts';

const HIDDEN = '\u200B';

describe('text of others that we post', () => {
  it.each([
    ['Ask @octo/team and @ana.', `Ask @${HIDDEN}octo/team and @${HIDDEN}ana.`],
    ['This fixes #12', `This fixes #${HIDDEN}12`],
    ['Closes: octo/hello#3!', `Closes: octo/hello#${HIDDEN}3!`],
    ['resolved https://github.com/o/r/issues/5', `resolved https://github.com/o/r/issues/${HIDDEN}5`],
  ])('has no power: %s', (text, expected) => {
    expect(harmless(text)).toBe(expected);
  });

  it.each([
    'See #12.',
    'mail a@b.c',
    'path/@scope/name',
    'prefixes #',
    '`@Injectable()`',
    '```ts\n@Injectable()\nfixes #1\n```',
  ])('is as it was: %j', (text) => {
    expect(harmless(text)).toBe(text);
  });

  it('is one line where a title is wanted', () => {
    expect(harmlessLine(' Fix\n#1 for @ana ')).toBe(`Fix #${HIDDEN}1 for @${HIDDEN}ana`);
  });
});
