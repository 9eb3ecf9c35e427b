import { describe, expect, it } from '@jest/globals';
import { judgeList } from '../../../src/domain/discovery/listing.ts';

const at = (minute: number): string => `2026-03-01T12:${String(minute).padStart(2, '0')}:00Z`;
const one = (id: string, minute: number) => ({ id, updatedAt: at(minute), observedAt: '2026-03-01T13:00:00Z' });

describe('a list of open pull requests', () => {
  it('has no news where it says what is known, and need not be read on', () => {
    const known = [one('a', 30), one('b', 20), one('c', 10)];

    const verdict = judgeList(known, { listed: [one('a', 30), one('b', 20)], openCount: 3, hasMore: true });

    expect(verdict).toEqual({ news: [], vanished: [], needsMore: false });
  });

  it('brings what is new and what is updated, the oldest update first', () => {
    const known = [one('a', 10), one('b', 20)];

    const verdict = judgeList(known, {
      ...{ listed: [one('new', 50), one('a', 40), one('b', 20)], openCount: 3, hasMore: false },
    });

    expect(verdict.news).toEqual(['a', 'new']);
  });

  it('is read on as long as it has not reached what is known', () => {
    const known = [one('a', 10)];

    expect(judgeList(known, { listed: [one('c', 50), one('b', 40)], openCount: 3, hasMore: true }).needsMore).toBe(
      true,
    );
    expect(judgeList([], { listed: [one('c', 50)], openCount: 2, hasMore: true }).needsMore).toBe(true);
  });

  it('is read two minutes further than what is known: GitHub may be behind itself', () => {
    const known = [one('a', 30), one('b', 10)];
    const list = (minute: number) => ({ listed: [one('c', 31), one('x', minute)], openCount: 4, hasMore: true });

    expect(judgeList(known, list(29)).needsMore).toBe(true);
    expect(judgeList(known, list(27)).needsMore).toBe(false);
  });

  it('is read to its end where the numbers say that something is gone', () => {
    const known = [one('a', 30), one('b', 20), one('c', 10)];
    const first = { listed: [one('a', 30), one('b', 20)], openCount: 2, hasMore: true };

    expect(judgeList(known, first).needsMore).toBe(true);
    expect(judgeList(known, { ...first, hasMore: false })).toEqual({ news: [], vanished: ['c'], needsMore: false });
  });

  it('shows one that went while another came', () => {
    const known = [one('a', 30), one('b', 20), one('c', 10)];
    const first = { listed: [one('new', 50), one('a', 30), one('b', 20)], openCount: 3, hasMore: true };

    expect(judgeList(known, first).needsMore).toBe(true);
    expect(judgeList(known, { ...first, hasMore: false })).toMatchObject({ news: ['new'], vanished: ['c'] });
  });
});
