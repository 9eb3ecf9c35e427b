import { describe, expect, it } from '@jest/globals';
import { checksText, prLine, sortPrLines } from '../../../src/cli/prs/line.ts';
import type { LedgerPullRequest } from '../../../src/ledger/pull-request-ledger.ts';
import { known } from '../../domain/pull-request/life-support.ts';

function pull(patch: Partial<LedgerPullRequest> = {}): LedgerPullRequest {
  return { ...known, ledgerId: 'id', repository: 'octo/hello', registeredName: 'octo/old', priority: 3, ...patch };
}

const counts = { total: 5, pending: 0, passed: 5, failed: 0 };

describe('a line of a list of pull requests', () => {
  it.each([
    ['all passed', { rollup: 'success', counts }, 'passed', 'passed'],
    ['some failed', { rollup: 'failure', counts: { ...counts, failed: 2 } }, 'failed', '2 failed'],
    ['some run', { rollup: 'pending', counts: { ...counts, pending: 2 } }, 'running', '3/5 done'],
    ['there are none', { rollup: null, counts: { total: 0, pending: 0, passed: 0, failed: 0 } }, 'none', ''],
    ['nobody has looked', { rollup: null, counts: null, checksObservedAt: null }, 'none', ''],
  ] as const)('says in one word how checks stand: %s', (_, facts, word, text) => {
    const line = prLine(pull(facts));

    expect(line.checks).toBe(word);
    expect(checksText(line)).toBe(text);
  });

  it('knows our own work, by what GitHub calls the repository now', () => {
    expect(prLine(pull())).toMatchObject({ issue: 42, phase: 'ready_for_review' });
    expect(prLine(pull({ viewerDidAuthor: false }))).toMatchObject({ issue: null });
  });

  it('keeps to itself what is the ledger’s alone', () => {
    expect(Object.keys(prLine(pull()))).not.toEqual(expect.arrayContaining(['ledgerId']));
  });
});

describe('the order of a list', () => {
  const lines = [
    prLine(pull({ number: 3, rollup: 'success', title: 'b', updatedAt: '2026-01-01T00:00:00Z' })),
    prLine(pull({ number: 1, rollup: 'failure', title: 'c', updatedAt: '2026-01-03T00:00:00Z' })),
    prLine(
      pull({ number: 2, repository: 'Acme/app', rollup: 'pending', title: 'a', updatedAt: '2026-01-02T00:00:00Z' }),
    ),
  ];

  it.each([
    ['number', [2, 1, 3]],
    ['updated', [1, 2, 3]],
    ['title', [2, 3, 1]],
    ['checks', [1, 2, 3]],
  ] as const)('is by %s', (key, numbers) => {
    expect(sortPrLines(lines, key, false).map(({ number }) => number)).toEqual(numbers);
    expect(sortPrLines(lines, key, true).map(({ number }) => number)).toEqual([...numbers].reverse());
  });
});
