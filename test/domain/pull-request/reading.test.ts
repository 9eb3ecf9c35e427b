import { describe, expect, it } from '@jest/globals';
import { detectReading } from '../../../src/domain/pull-request/reading.ts';
import { skipNothing } from '../../../src/domain/pull-request/skip.ts';
import { aPullRequest, aReading, at, knownAfter } from './builders.ts';

const known = new Map([1, 2, 3].map((number) => [`PR_${number}`, knownAfter([aPullRequest({ number })])] as const));
const later = { observedAt: at(5) };

describe('a look at a repository', () => {
  it('that shows a pull request twice takes the newer', () => {
    const newer = aPullRequest({ number: 4, title: 'Newer', updatedAt: at(4), observedAt: at(5) });
    const detected = detectReading(known, aReading([newer, aPullRequest({ number: 4 })], later), skipNothing);

    expect(detected.map(({ pullRequest }) => pullRequest.title)).toEqual(['Newer']);
  });

  it('takes one that GitHub has no more for closed, once', () => {
    const reading = aReading([], { ...later, isWhole: false, gone: ['PR_1', 'PR_9'] });
    const detected = detectReading(known, reading, skipNothing);

    expect(detected).toMatchObject([
      { pullRequest: { id: 'PR_1', state: 'closed', revision: 2 }, changes: [{ kind: 'closed', fields: ['gone'] }] },
    ]);
  });
});
