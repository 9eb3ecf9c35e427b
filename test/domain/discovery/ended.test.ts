import { describe, expect, it } from '@jest/globals';
import { endedNews, judgeEnded } from '../../../src/domain/discovery/ended.ts';

const at = (minute: number): string => `2026-03-01T12:${String(minute).padStart(2, '0')}:00Z`;
const one = (id: string, minute: number, createdAt = at(0)) => ({ id, createdAt, updatedAt: at(minute) });
const known = (id: string, minute: number, observedAt = at(59)) => ({ id, updatedAt: at(minute), observedAt });
const since = at(30);

describe('a list of pull requests that are over', () => {
  it('says nothing before the first look', () => {
    expect(judgeEnded({ listed: [one('a', 40)], hasMore: true }, null)).toEqual({ changed: [], needsMore: false });
  });

  it('brings what changed since the last look, the oldest change first', () => {
    const listed = [one('c', 50), one('b', 40), one('a', 10)];

    const { changed, needsMore } = judgeEnded({ listed, hasMore: true }, since);

    expect(changed.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(needsMore).toBe(false);
  });

  it('is read on as long as all of it is newer than the last look', () => {
    expect(judgeEnded({ listed: [one('c', 50), one('b', 40)], hasMore: true }, since).needsMore).toBe(true);
    expect(judgeEnded({ listed: [one('c', 50), one('b', 40)], hasMore: false }, since).needsMore).toBe(false);
  });
});

describe('what is over and has changed', () => {
  it('is no news where the ledger has it as it is', () => {
    expect(endedNews([one('a', 40), one('b', 41)], { known: [known('a', 40), known('b', 35)], since })).toEqual(['b']);
  });

  it('is news once more where it was seen in the moment of its change', () => {
    expect(endedNews([one('a', 40)], { known: [known('a', 40, at(40))], since })).toEqual(['a']);
  });

  it('concerns nobody where it is not known, unless it began since the last look', () => {
    expect(endedNews([one('old', 40), one('young', 40, at(35))], { known: [], since })).toEqual(['young']);
  });
});
