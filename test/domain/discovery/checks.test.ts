import { describe, expect, it } from '@jest/globals';
import { checksToCount, hasCheckNews } from '../../../src/domain/discovery/checks.ts';
import type { KnownPullRequest } from '../../../src/domain/pull-request/known.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();

function known(id: string, patch: Partial<KnownPullRequest> = {}): KnownPullRequest {
  return {
    ...{ id, number: 1, url: '', title: '', state: 'open', isDraft: false, headRefName: 'topic', headOid: 'abc' },
    ...{ baseRefName: 'main', headRepository: null, viewerDidAuthor: false, repositoryId: 'R', author: 'rita' },
    ...{ labels: [], mergeable: 'mergeable', createdAt: ago(600), updatedAt: ago(600), mergedAt: null, closedAt: null },
    ...{ observedAt: ago(5), rollup: 'success', counts: { total: 3, pending: 0, passed: 3, failed: 0 } },
    ...{ checksObservedAt: ago(5), revision: 1, skippedBy: null },
    ...patch,
  };
}

const waiting = (id: string) =>
  known(id, { rollup: 'pending', counts: { total: 3, pending: 1, passed: 2, failed: 0 } });
const some = (count: number, make: (id: string) => KnownPullRequest) =>
  Array.from({ length: count }, (_, index) => make(`${index}`));
const count = (open: readonly KnownPullRequest[], lookedAt = new Map<string, number>()) =>
  checksToCount(open, { lookedAt, now, perRequest: 25 });

describe('checks that are counted', () => {
  it('are those that somebody waits for', () => {
    expect(count([known('done'), waiting('waits'), known('unread', { checksObservedAt: null })])).toEqual([
      'waits',
      'unread',
    ]);
  });

  it('are looked for a while where a push has none yet', () => {
    const none = { rollup: null, counts: { total: 0, pending: 0, passed: 0, failed: 0 } };

    expect(
      count([known('fresh', { ...none, updatedAt: ago(2) }), known('old', { ...none, updatedAt: ago(20) })]),
    ).toEqual(['fresh']);
  });

  it('may begin anew: what ended is looked at again where a request has room, the longest unseen first', () => {
    const open = [known('an hour', { checksObservedAt: ago(60) }), known('now'), waiting('waits')];
    const longer = known('longer', { checksObservedAt: ago(90) });

    expect(count([...open, longer])).toEqual(['waits', 'longer', 'an hour']);
    expect(count([...open, longer], new Map([['longer', now - 1_000]]))).toEqual(['waits', 'an hour']);
  });

  it('cost no request of their own for that before it is overdue', () => {
    const full = some(25, waiting);

    expect(count([...full, known('an hour', { checksObservedAt: ago(60) })])).toHaveLength(25);
    expect(count([...full, known('overdue', { checksObservedAt: ago(150) })])).toHaveLength(26);
    expect(count(some(100, (id) => known(id, { checksObservedAt: ago(60) })))).toHaveLength(25);
  });
});

describe('a count', () => {
  const counts = { total: 3, pending: 1, passed: 2, failed: 0 };
  const counted = { headOid: 'abc', rollup: 'pending', counts } as const;

  it('is no news where it is the known one', () => {
    expect(hasCheckNews(waiting('a'), counted)).toBe(false);
  });

  it.each([
    ['another head', { ...counted, headOid: 'def' }],
    ['another word for all', { ...counted, rollup: 'failure' }],
    ['one more that passed', { ...counted, counts: { ...counts, pending: 0, passed: 3 } }],
  ] as const)('is news by %s', (_what, other) => {
    expect(hasCheckNews(waiting('a'), other)).toBe(true);
  });
});
