import { describe, expect, it } from '@jest/globals';
import type { ReviewVerdict } from '../../src/domain/agent-run.ts';
import { withImplementation, withPlan, withReview, type IssueState } from '../../src/domain/issue-state.ts';
import { waitsFor } from '../../src/domain/lifecycle.ts';
import { nextStep } from '../../src/domain/next-step.ts';
import { planCommentKey } from '../../src/domain/plan.ts';
import {
  applyChange,
  applyMovedBranch,
  applyPublication,
  applyPullRequestOpened,
  applyValidation,
} from '../../src/domain/progress/implementation.ts';
import { applyReview } from '../../src/domain/progress/review.ts';
import { applyRunTrace } from '../../src/domain/progress/run.ts';
import {
  aChange,
  anObservedIssue,
  aPolicy,
  aPullRequest,
  aReport,
  aTrace,
  HEAD_OID,
  issueThat,
  NOW,
  send,
  synced,
} from './builders.ts';

function validated(state: IssueState): IssueState {
  return synced(applyValidation(applyChange(state, aChange()), aReport(true), aPolicy(), NOW));
}

function withOpenPullRequest(): IssueState {
  const published = { branch: 'ghw/issue-42', headOid: HEAD_OID };
  const pushed = applyPublication(validated(issueThat.isImplementing()), { concerns: [], published }, 'pull_request');
  return applyPullRequestOpened(pushed, aPullRequest());
}

function reviewed(state: IssueState, verdict: ReviewVerdict): IssueState {
  const report = { verdict, summary: 'So.', findings: [] };
  const reviewing = state.implementation.state === 'reviewing' ? state : synced(send(state, 'review'), own(state));
  return applyReview(reviewing, { headOid: HEAD_OID, report, agent: 'scripted', at: NOW }, aPolicy());
}

function own(state: IssueState) {
  return { ownPullRequest: state.implementation.pullRequest };
}

const commentKey = (state: IssueState): string => planCommentKey(state.plan) ?? '';

describe('the next step', () => {
  it('follows an implementation to its pull request', () => {
    const steps: (string | undefined)[] = [];
    let state = issueThat.isApproved();
    const look = (next: IssueState): IssueState => {
      steps.push(nextStep(next)?.kind);
      return { ...next, plan: { ...next.plan, comment: { id: '1', url: '', at: null, key: commentKey(next) } } };
    };
    state = look(send(state, 'implement'));
    state = look(synced(state));
    state = look(applyChange(state, aChange()));
    state = look(applyValidation(state, aReport(true), aPolicy(), NOW));
    state = look(synced(state));
    state = look(
      applyPublication(state, { concerns: [], published: { branch: 'b', headOid: HEAD_OID } }, 'pull_request'),
    );
    look(applyPullRequestOpened(state, aPullRequest()));

    expect(steps).toEqual(['sync', 'implement', 'validate', 'sync', 'publishChange', 'openPullRequest', undefined]);
  });

  it('is none while paused, and none for an issue that has ended', () => {
    expect(nextStep(send(issueThat.isImplementing(), 'pause'))).toBeNull();
    expect(nextStep(synced(issueThat.isImplementing(), { state: 'closed' }))).toBeNull();
  });

  it('keeps its name however often it is tried, and changes it for another piece of work', () => {
    const state = issueThat.isImplementing();
    const first = withPlan(state, { comment: { id: '1', url: '', at: null, key: commentKey(state) } });
    const again = applyValidation(applyChange(first, aChange()), aReport(false), aPolicy(), NOW);

    expect(nextStep({ ...first, costUsd: 7 })?.key).toBe(nextStep(first)?.key);
    expect(nextStep(again)?.kind).toBe(nextStep(first)?.kind);
    expect(nextStep(again)?.key).not.toBe(nextStep(first)?.key);
  });
});

describe('a sync', () => {
  it('ends the issue when our pull request was merged, whatever was running', () => {
    const reworking = synced(send(withOpenPullRequest(), 'implement', { force: true }), {
      ownPullRequest: aPullRequest(),
    });
    const merged = synced(reworking, { ownPullRequest: aPullRequest({ state: 'merged' }) });

    expect(merged).toMatchObject({ outcome: 'merged', implementation: { state: 'merged', stage: null } });
  });

  it('notices that our pull request was closed, and opened again', () => {
    const closed = synced(withOpenPullRequest(), { ownPullRequest: aPullRequest({ state: 'closed' }) });
    const reopened = synced(closed, { ownPullRequest: aPullRequest() });

    expect(closed.implementation.state).toBe('pr_closed');
    expect(reopened.implementation.state).toBe('pr_opened');
  });

  it('finds the pull request of an earlier run', () => {
    const found = synced(issueThat.isNew(), { ownPullRequest: aPullRequest() });

    expect(found.implementation).toMatchObject({ state: 'pr_opened', published: { headOid: HEAD_OID } });
  });

  it('does not end a re-opened issue for a pull request that an earlier run merged', () => {
    const fresh = synced(issueThat.isNew(), { ownPullRequest: aPullRequest({ state: 'merged' }) });

    expect(fresh).toMatchObject({ outcome: null, implementation: { state: 'none', published: { headOid: HEAD_OID } } });
  });

  it('makes an approval void when the text changed, and stops the implementation with its work kept', () => {
    const working = applyChange(issueThat.isImplementing(), aChange());
    const changed = synced(working, { body: 'Please shout.' });

    expect(changed.plan).toMatchObject({ state: 'awaiting_review', approval: null });
    expect(changed.implementation).toMatchObject({ state: 'none', change: { headOid: HEAD_OID } });
  });

  it('stops nothing once a pull request is open', () => {
    const changed = synced(withOpenPullRequest(), { body: 'Please shout.', ownPullRequest: aPullRequest() });

    expect(changed.plan.state).toBe('approved');
    expect(changed.implementation.state).toBe('pr_opened');
  });

  it('changes nothing for labels', () => {
    const relabelled = synced(issueThat.isApproved(), { labels: ['bug'] });

    expect(relabelled.plan.state).toBe('approved');
    expect(relabelled.observed?.labels).toEqual(['bug']);
  });

  it('follows a renamed repository by its node id', () => {
    const observed = anObservedIssue();
    const renamed = synced(issueThat.isNew(), { repository: { ...observed.repository, nameWithOwner: 'octo/hi' } });

    expect(renamed.issue).toMatchObject({ repository: 'octo/hi', repositoryId: 'R_1' });
  });
});

describe('a change', () => {
  it('with concerns waits for a person', () => {
    const concern = { severity: 'needs_person', kind: 'protected_file', message: '.github/workflows/ci.yml' } as const;
    const held = applyPublication(
      validated(issueThat.isImplementing()),
      { concerns: [concern], published: null },
      'pull_request',
    );

    expect(held.implementation).toMatchObject({ state: 'awaiting_review', concerns: [concern] });
    expect(waitsFor(held)).toBe('person');
    expect(send(held, 'openPullRequest', { headSha: HEAD_OID }).implementation.stage).toBe('publish');
  });

  it('whose branch was moved by a person stops and asks', () => {
    const failure = { name: 'BranchMoved', message: 'moved', at: NOW } as const;
    const stopped = applyMovedBranch(validated(issueThat.isImplementing()), failure);

    expect(stopped.implementation).toMatchObject({ state: 'awaiting_review', stage: null, failure });
  });

  it('that comes after a cancel is kept, not used', () => {
    const late = applyChange(send(issueThat.isImplementing(), 'cancel'), aChange());

    expect(late.implementation).toMatchObject({ state: 'none', stage: null, change: { headOid: HEAD_OID } });
  });

  it('whose pull request was opened just before a cancel leads to that pull request', () => {
    const late = applyPullRequestOpened(send(validated(issueThat.isImplementing()), 'cancel'), aPullRequest());

    expect(late.implementation).toMatchObject({ state: 'pr_opened', pullRequest: { number: 7 } });
  });
});

describe('a review that asks for changes', () => {
  it('goes back to the author, and to the reviewer after that', () => {
    const reworking = reviewed(withOpenPullRequest(), 'request_changes');
    const again = synced(
      applyValidation(applyChange(reworking, aChange('e'.repeat(40))), aReport(true, 'e'.repeat(40)), aPolicy(), NOW),
      {
        ownPullRequest: aPullRequest(),
      },
    );
    const pushed = applyPublication(
      again,
      { concerns: [], published: { branch: 'b', headOid: 'e'.repeat(40) } },
      'pull_request',
    );
    const back = applyPullRequestOpened(pushed, aPullRequest());

    expect(reworking.implementation).toMatchObject({ state: 'generating', stage: 'run', reason: 'review' });
    expect(back.implementation.state).toBe('reviewing');
  });

  it('asks a person after the last round', () => {
    const exhausted = withReview(withOpenPullRequest(), { rounds: 2 });
    const asked = reviewed(withImplementation(exhausted, { state: 'reviewing' }), 'request_changes');

    expect(asked.implementation.state).toBe('pr_opened');
    expect(waitsFor(asked)).toBe('person');
  });

  it('goes nowhere once the approval is gone', () => {
    const unapproved = send(withOpenPullRequest(), 'unapprovePlan');
    const answered = reviewed(unapproved, 'request_changes');

    expect(answered.implementation.state).toBe('pr_opened');
  });
});

describe('a run of an agent', () => {
  it('is booked whatever it came to, and an unfinished one leaves its work', () => {
    const checkpoint = { oid: HEAD_OID, bundle: aChange().bundle };
    const booked = applyRunTrace(
      issueThat.isImplementing(),
      aTrace({ phase: 'implement', checkpoint }),
      'cancelled',
      NOW,
    );

    expect(booked).toMatchObject({ costUsd: 0.5, session: { id: 'session-1' }, implementation: { checkpoint } });
    expect(booked.runs).toHaveLength(1);
  });

  it('of a reviewer does not become the author’s session', () => {
    expect(applyRunTrace(issueThat.isNew(), aTrace({ phase: 'review' }), 'ok', NOW).session).toBeNull();
  });
});
