import { describe, expect, it } from '@jest/globals';
import { detectPullRequest } from '../../../src/domain/pull-request/detect.ts';
import type { ObservedPullRequest } from '../../../src/domain/pull-request/observed.ts';
import { skipNothing } from '../../../src/domain/pull-request/skip.ts';
import { aCheck, aPullRequest, at, knownAfter, theChecks } from './builders.ts';

const first = aPullRequest();

/** What a second look brings, ten minutes later. */
function second(over: Partial<ObservedPullRequest>, rules = skipNothing) {
  const look = aPullRequest({ updatedAt: at(10), observedAt: at(11), ...over });
  return detectPullRequest(knownAfter([first], rules), look, rules);
}

function kinds(found: ReturnType<typeof detectPullRequest>): readonly string[] {
  return (found?.changes ?? []).map(({ kind }) => kind);
}

describe('a look at a pull request', () => {
  it('that nobody knew finds a new one', () => {
    const found = detectPullRequest(null, first, skipNothing);

    expect(kinds(found)).toEqual(['new']);
    expect(found?.pullRequest).toMatchObject({ id: 'PR_7', revision: 1, rollup: null, checksObservedAt: null });
  });

  it.each<[string, Partial<ObservedPullRequest>, readonly string[]]>([
    ['a push', { headOid: 'b'.repeat(40) }, ['head_moved']],
    ['another title', { title: 'Greet' }, ['renamed']],
    ['another base', { baseRefName: 'next' }, ['base_changed']],
    ['a draft', { isDraft: true }, ['drafted']],
    ['an end', { state: 'closed', closedAt: at(10) }, ['closed']],
    ['a merge', { state: 'merged', mergedAt: at(10), closedAt: at(10) }, ['merged']],
    ['labels', { labels: ['ghw', 'urgent'] }, ['updated']],
    ['a comment', {}, ['updated']],
    ['a conflict that time brought', { updatedAt: at(0), mergeable: 'conflicting' }, ['updated']],
    [
      'several at once',
      { headOid: 'b'.repeat(40), title: 'Greet', isDraft: true },
      ['head_moved', 'renamed', 'drafted'],
    ],
    ['nothing', { updatedAt: at(0) }, []],
    ['labels in another order', { updatedAt: at(0), labels: [...first.labels].reverse() }, []],
    ['that GitHub forgot whether it can be merged', { updatedAt: at(0), mergeable: 'unknown' }, []],
  ])('sees %s', (_what, over, expected) => {
    expect(kinds(second(over))).toEqual(expected);
  });

  it('says what it was and is', () => {
    expect(second({ title: 'Greet', labels: [] })?.changes).toEqual([
      expect.objectContaining({ kind: 'renamed', from: 'Greet politely', to: 'Greet', insignificant: null }),
      expect.objectContaining({ kind: 'updated', fields: ['labels'] }),
    ]);
  });

  it('counts changes by looks that brought any', () => {
    expect(second({ title: 'Greet', isDraft: true })?.pullRequest.revision).toBe(2);
    expect(second({ updatedAt: at(0) })?.pullRequest.revision).toBe(1);
  });

  it('that is older brings nothing, whichever clock says so', () => {
    const known = knownAfter([first, aPullRequest({ title: 'Greet', updatedAt: at(10), observedAt: at(11) })]);

    // A copy of GitHub that lags behind, though it was asked later.
    expect(detectPullRequest(known, aPullRequest({ observedAt: at(20) }), skipNothing)).toBeNull();
    // An answer that took its time.
    const late = aPullRequest({ title: 'Greet you', updatedAt: at(10), observedAt: at(10) });
    expect(detectPullRequest(known, late, skipNothing)).toBeNull();
    // The same answer again.
    const again = aPullRequest({ title: 'Greet', updatedAt: at(10), observedAt: at(11) });
    expect(detectPullRequest(known, again, skipNothing)).toBeNull();
  });

  it('that shows the same is remembered by its time alone', () => {
    expect(second({ updatedAt: at(0) })).toMatchObject({ isNew: false, pullRequest: { observedAt: at(11) } });
  });

  it('of one that is back says so, and what a closed one goes through is no news', () => {
    const closed = aPullRequest({ state: 'closed', closedAt: at(5), updatedAt: at(5), observedAt: at(6) });
    const known = knownAfter([first, closed]);
    const open = aPullRequest({ updatedAt: at(10), observedAt: at(11) });

    expect(kinds(detectPullRequest(known, open, skipNothing))).toEqual(['reopened']);
    const renamed = { ...closed, title: 'Greet', updatedAt: at(10), observedAt: at(11) };
    expect(detectPullRequest(known, renamed, skipNothing)?.changes).toMatchObject([
      { kind: 'renamed', insignificant: 'it is closed' },
    ]);
  });
});

describe('what is to be skipped', () => {
  const rules = { labels: ['wip*'], authors: ['*[bot]'], checks: [] };

  it('is taken down, and nobody is told', () => {
    expect(detectPullRequest(null, aPullRequest({ author: 'Renovate[bot]' }), rules)?.changes).toMatchObject([
      { kind: 'new', insignificant: 'author Renovate[bot]' },
    ]);
  });

  it('begins and ends with a word to whom it concerns', () => {
    const skipped = aPullRequest({ labels: ['WIP: soon'], updatedAt: at(10), observedAt: at(11) });
    const known = knownAfter([first, skipped], rules);

    expect(second({ labels: ['WIP: soon'] }, rules)?.changes).toMatchObject([
      { kind: 'updated', insignificant: 'label WIP: soon' },
      { kind: 'skipped', to: 'label WIP: soon', insignificant: null },
    ]);
    expect(kinds(detectPullRequest(known, aPullRequest({ updatedAt: at(20), observedAt: at(21) }), rules))).toEqual([
      'updated',
      'unskipped',
    ]);
  });

  it('is noticed when the rules change and the pull request does not', () => {
    const found = detectPullRequest(
      knownAfter([first]),
      { ...first, observedAt: at(2) },
      { ...rules, labels: ['ghw'] },
    );

    expect(kinds(found)).toEqual(['skipped']);
    expect(found?.isNew).toBe(true);
  });

  it('says all the same that it is over', () => {
    expect(second({ labels: ['wip'], state: 'merged', mergedAt: at(10) }, rules)?.changes).toContainEqual(
      expect.objectContaining({ kind: 'merged', insignificant: null }),
    );
  });
});

describe('a look at checks', () => {
  const running = aCheck({ status: 'in_progress' });
  const failed = aCheck({ conclusion: 'failure' });

  function looks(...lists: readonly (readonly ReturnType<typeof aCheck>[])[]) {
    return lists.map((list, index) => {
      const observedAt = at(index + 1);
      return aPullRequest({ observedAt, checks: theChecks(list, { observedAt }) });
    });
  }

  function lastOf(all: readonly ObservedPullRequest[], rules = skipNothing) {
    const last = all.at(-1) ?? first;
    const before = all.slice(0, -1);
    return detectPullRequest(before.length > 0 ? knownAfter(before, rules) : null, last, rules);
  }

  it('sees each begin and end once', () => {
    expect(kinds(lastOf(looks([running])))).toEqual(['new', 'checks_changed', 'check_started']);
    expect(kinds(lastOf(looks([running], [running])))).toEqual([]);
    expect(kinds(lastOf(looks([running], [failed])))).toEqual(['checks_changed', 'check_failed']);
    expect(kinds(lastOf(looks([running], [failed], [failed])))).toEqual([]);
    expect(
      kinds(lastOf(looks([running, aCheck({ name: 'lint', status: 'queued' })], [running, aCheck({ name: 'lint' })]))),
    ).toEqual(['check_finished']);
  });

  it('says which one failed', () => {
    expect(lastOf(looks([running], [failed]))?.changes.at(-1)).toMatchObject({
      ...{ kind: 'check_failed', from: 'in_progress', to: 'failure', insignificant: null },
      check: { externalId: 'CR_build', name: 'build', headOid: first.headOid },
    });
  });

  it('takes the newest run of a check, and forgets the one before', () => {
    const again = aCheck({ externalId: 'CR_again', startedAt: at(5), completedAt: at(6) });
    const found = lastOf(looks([failed], [failed, again]));

    expect(kinds(found)).toEqual(['checks_changed', 'check_finished']);
    expect(found?.pullRequest).toMatchObject({ rollup: 'success', counts: { total: 1, passed: 1, failed: 0 } });
    expect(found?.checks).toMatchObject([
      { externalId: 'CR_again', isCurrent: true },
      { externalId: 'CR_build', isCurrent: false },
    ]);
  });

  it('keeps apart checks of one name in two workflows', () => {
    const other = aCheck({ externalId: 'CR_other', workflow: 'Nightly (schedule)', conclusion: 'failure' });

    expect(lastOf(looks([aCheck(), other]))?.pullRequest).toMatchObject({ rollup: 'failure', counts: { total: 2 } });
  });

  it('does not believe that a run went back, but that it began again', () => {
    expect(kinds(lastOf(looks([failed], [running])))).toEqual([]);
    expect(kinds(lastOf(looks([failed], [{ ...running, startedAt: at(5) }])))).toEqual([
      'checks_changed',
      'check_started',
    ]);
  });

  it('of a commit that is the head no longer brings nothing', () => {
    const pushed = aPullRequest({ headOid: 'b'.repeat(40), updatedAt: at(5), observedAt: at(6) });
    const late = aPullRequest({ observedAt: at(7), checks: theChecks([failed], { observedAt: at(7) }) });

    expect(detectPullRequest(knownAfter([first, pushed]), late, skipNothing)).toBeNull();
    expect(knownAfter([...looks([failed]), pushed]).pullRequest).toMatchObject({ rollup: null, counts: null });
  });

  it('of a head that is back takes nothing that was seen before it left', () => {
    const away = aPullRequest({ headOid: 'b'.repeat(40), updatedAt: at(5), observedAt: at(6) });
    const back = aPullRequest({ updatedAt: at(7), observedAt: at(8) });
    const late = aPullRequest({ observedAt: at(2), checks: theChecks([failed], { observedAt: at(2) }) });

    expect(detectPullRequest(knownAfter([first, away, back]), late, skipNothing)).toBeNull();
  });

  it('takes part in nothing that is skipped', () => {
    const rules = { ...skipNothing, checks: ['BUILD'] };
    const found = lastOf(looks([failed, aCheck({ name: 'lint' })]), rules);

    expect(found?.pullRequest).toMatchObject({ rollup: 'success', counts: { total: 1 } });
    expect(found?.changes).toContainEqual(
      expect.objectContaining({ kind: 'check_failed', insignificant: 'check build' }),
    );
  });

  it('takes counts alone as they are', () => {
    const counts = { total: 40, pending: 1, passed: 39, failed: 0 };
    const look = aPullRequest({ checks: { ...theChecks([]), list: null, rollup: 'pending', counts } });

    expect(detectPullRequest(null, look, skipNothing)?.pullRequest).toMatchObject({ rollup: 'pending', counts });
  });

  it('waits for a required check that nobody has begun', () => {
    const look = aPullRequest({ checks: theChecks([aCheck()], { rollup: 'expected' }) });

    expect(detectPullRequest(null, look, skipNothing)?.pullRequest.rollup).toBe('expected');
  });
});
