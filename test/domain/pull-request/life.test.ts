import { describe, expect, it } from '@jest/globals';
import { ownIssueOf } from '../../../src/domain/pull-request/identity.ts';
import { newPullRequestLife, needsRepair, type PullRequestLife } from '../../../src/domain/pull-request/life.ts';
import { parseNotice, type PullRequestNotice } from '../../../src/domain/pull-request/notice.ts';
import { phaseOfPullRequest } from '../../../src/domain/pull-request/phase.ts';
import { applyNotice, applyPause, applyResume } from '../../../src/domain/pull-request/progress.ts';
import { nextPullRequestStep, pullRequestWaitsFor } from '../../../src/domain/pull-request/step.ts';
import { describePullRequest, summarizePullRequest } from '../../../src/domain/pull-request/summary.ts';
import { change, check, known, notice, pullRequest, settings } from './life-support.ts';

function lifeAfter(...notices: readonly PullRequestNotice[]): PullRequestLife {
  return notices.reduce(applyNotice, newPullRequestLife(pullRequest));
}

const failing = { rollup: 'failure', counts: { total: 3, pending: 1, passed: 1, failed: 1 } } as const;
const told = { failureThreshold: 1, events: ['new_pull_request', 'state_change', 'failed_check'] } as const;

describe('the phase of a pull request', () => {
  it.each([
    ['nothing is known of its checks', { checksObservedAt: null, rollup: null, counts: null }, 'watching'],
    ['checks run', { rollup: 'pending' }, 'checks_pending'],
    ['checks are expected', { rollup: 'expected' }, 'checks_pending'],
    ['one check failed while others run', failing, 'checks_failed'],
    ['a check could not run', { rollup: 'error' }, 'checks_failed'],
    ['a draft whose checks failed', { ...failing, isDraft: true }, 'checks_failed'],
    ['a draft whose checks passed', { isDraft: true }, 'draft'],
    ['all checks passed', {}, 'ready_for_review'],
    ['it has no checks', { rollup: null, counts: { total: 0, pending: 0, passed: 0, failed: 0 } }, 'ready_for_review'],
    ['it is merged, whatever its checks', { ...failing, state: 'merged' }, 'merged'],
    ['it is closed', { state: 'closed' }, 'closed'],
  ] as const)('%s', (_, facts, phase) => {
    expect(phaseOfPullRequest({ ...known, ...facts })).toBe(phase);
  });

  it('is being watched before anything is known', () => {
    expect(phaseOfPullRequest(null)).toBe('watching');
  });
});

describe('our own pull request', () => {
  it.each([
    ['of our identity, from the branch of an issue', {}, 42],
    ['a branch name alone', { viewerDidAuthor: false }, null],
    ['from a fork', { headRepository: 'mallory/hello' }, null],
    ['from a repository that is gone', { headRepository: null }, null],
    ['another branch of ours', { headRefName: 'ghw/issue-42-more' }, null],
    ['no issue number', { headRefName: 'ghw/issue-0' }, null],
    ['another spelling of the repository', { headRepository: 'Octo/Hello' }, 42],
  ])('%s', (_, facts, issue) => {
    expect(ownIssueOf({ ...known, ...facts }, 'octo/hello')).toBe(issue);
  });
});

describe('news of a pull request', () => {
  const first = notice(1, { rollup: 'pending' }, [change('new', 1)], { settings: told });
  const failed = notice(2, failing, [change('check_failed', 2, { check: check('lint') })], { settings: told });
  const merged = notice(3, { state: 'merged' }, [change('merged', 3)], { settings: told });

  it('are what it is now, and what happened', () => {
    const life = lifeAfter(first, failed);

    expect(summarizePullRequest(life)).toMatchObject({
      phase: 'checks_failed',
      waitsFor: 'person',
      issue: 42,
      failedChecks: [{ name: 'lint', detailsUrl: null }],
      revision: 2,
    });
    expect(life.history.map(({ what }) => what)).toEqual(['new', 'check_failed']);
    expect(life.events.map(({ id, kind }) => [id, kind])).toEqual([
      ['PR_7:1:new', 'new_pull_request'],
      ['PR_7:2:check_failed:lint', 'failed_check'],
    ]);
  });

  // Every order of three, each told twice.
  const orders = [first, failed, merged].flatMap((a) =>
    [first, failed, merged].flatMap((b) =>
      [first, failed, merged].flatMap((c) => (new Set([a, b, c]).size === 3 ? [[a, b, c] as const] : [])),
    ),
  );

  it.each(orders)('come out the same in any order, however often: %#', (...order) => {
    const life = lifeAfter(...order, ...order);

    expect(life).toMatchObject({ known: merged.known, outcome: 'merged', historyCount: 3 });
    expect(life.events.map(({ id }) => id).sort()).toEqual(['PR_7:1:new', 'PR_7:2:check_failed:lint', 'PR_7:3:merged']);
  });

  it('change nothing when told again', () => {
    const life = lifeAfter(first, failed);

    expect(applyNotice(life, first)).toBe(life);
  });

  it('has heard what it was told, and not what the ledger knew when it was asked', () => {
    const asked = lifeAfter(notice(1, {}, [change('new', 1)]), notice(3, { title: 'Other' }, []));

    const told = applyNotice(asked, notice(3, { title: 'Other' }, [change('renamed', 2), change('drafted', 3)]));

    expect([asked.known?.revision, asked.heardRevision]).toEqual([3, 1]);
    expect(told.heardRevision).toBe(3);
    expect(told.history.map(({ what }) => what)).toEqual(['new', 'renamed', 'drafted']);
  });

  it('that nobody is told of make no event', () => {
    const quiet = notice(1, {}, [change('check_failed', 1, { insignificant: 'check lint', check: check('lint') })], {
      settings: told,
    });

    expect(lifeAfter(quiet).events).toEqual([]);
  });

  it('make no event that nobody wants', () => {
    expect(lifeAfter({ ...first, settings }).events).toEqual([]);
  });

  it('of a new head put an end to what its checks were before', () => {
    const pushed = notice(3, { headOid: 'b'.repeat(40), rollup: 'pending' }, [change('head_moved', 3)]);

    expect(lifeAfter(first, failed, pushed).failedChecks).toEqual([]);
  });

  it('of a check that passes after all take it off the list', () => {
    const mended = notice(3, failing, [change('check_finished', 3, { check: check('lint') })]);

    expect(lifeAfter(first, failed, mended).failedChecks).toEqual([]);
  });

  it('end a workflow, and let it go on where it is opened again before it has ended', () => {
    const closed = notice(2, { state: 'closed' }, [change('closed', 2)]);
    const reopened = notice(3, {}, [change('reopened', 3)]);

    expect(lifeAfter(first, closed).outcome).toBe('closed');
    expect(lifeAfter(first, closed, reopened).outcome).toBeNull();
  });

  it('stay within bounds', () => {
    const many = Array.from({ length: 1_000 }, (_, index) =>
      notice(index + 1, failing, [change('check_failed', index + 1, { check: check(`job ${index}`) })], {
        settings: told,
      }),
    );

    expect(JSON.stringify(lifeAfter(...many)).length).toBeLessThan(200_000);
  });

  it.each([null, 'merged', {}, { pullRequest, known, changes: [], settings }, { ...first, changes: [{}] }])(
    'are not just anything: %j',
    (input) => {
      expect(parseNotice(input)).toBeNull();
    },
  );

  it('are what they were after a message', () => {
    expect(parseNotice(JSON.parse(JSON.stringify(first)))).toEqual(first);
  });
});

describe('failures in a row', () => {
  const head = (letter: string, revision: number, facts: Partial<typeof known> = failing): PullRequestNotice =>
    notice(revision, { headOid: letter.repeat(40), ...facts }, [change('checks_changed', revision)], {
      settings: { ...settings, failureThreshold: 2 },
    });

  it('make somebody repair once they are as many as the configuration takes', () => {
    expect(pullRequestWaitsFor(lifeAfter(head('a', 1)))).toBe('checks');
    expect(needsRepair(lifeAfter(head('a', 1), head('a', 2)))).toBe(false);
    expect(needsRepair(lifeAfter(head('a', 1), head('b', 2)))).toBe(true);
    expect(pullRequestWaitsFor(lifeAfter(head('a', 1), head('b', 2)))).toBe('person');
  });

  it('end with a head whose checks pass', () => {
    const green = head('b', 2, { rollup: 'success' });

    expect(needsRepair(lifeAfter(head('a', 1), green, head('c', 3)))).toBe(false);
  });
});

describe('the next step', () => {
  const opened = notice(1, {}, [change('new', 1)], { settings: told });

  it('tells the issue first, then the hooks', () => {
    const life = lifeAfter(opened);

    expect(nextPullRequestStep(life)).toEqual({ kind: 'tell_issue', number: 42, change: 'PR_7:1:new' });
    expect(nextPullRequestStep({ ...life, issueToTell: null })).toMatchObject({ kind: 'deliver_event' });
    expect(nextPullRequestStep({ ...life, issueToTell: null, events: [] })).toBeNull();
  });

  it.each([
    ['checks', 'check_failed', null],
    ['a merge', 'merged', 42],
    ['a new head', 'head_moved', 42],
    ['a title', 'renamed', null],
  ] as const)('tells the issue of what concerns it: %s', (_, kind, issue) => {
    expect(lifeAfter(notice(1, {}, [change(kind, 1)])).issueToTell?.number ?? null).toBe(issue);
  });

  it('holds events back while it is paused, until the end', () => {
    const quiet = { ...lifeAfter(opened), issueToTell: null };
    const paused = applyPause(quiet, { at: '2026-01-30T10:00:00Z', by: 'robin', reason: 'holidays' });

    expect(nextPullRequestStep(paused)).toBeNull();
    expect(pullRequestWaitsFor(paused)).toBe('person');
    expect(nextPullRequestStep({ ...paused, outcome: 'closed' })).toMatchObject({ kind: 'deliver_event' });
    expect(nextPullRequestStep(applyResume(paused, { at: '2026-01-30T11:00:00Z', by: 'robin' }))).not.toBeNull();
  });
});

it('is shown as text, whatever its title', () => {
  const life = lifeAfter(notice(1, { ...failing, title: '# [x](http://evil) **bold**' }, [change('new', 1)]));

  expect(describePullRequest(life)).toContain(
    '\\# \\[x\\](http://evil) \\*\\*bold\\*\\*'.replace('(http://evil)', '\\(http://evil\\)'),
  );
  expect(describePullRequest(life)).toContain('| Is | checks failed |');
});
