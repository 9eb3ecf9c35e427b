import { describe, expect, it } from '@jest/globals';
import {
  parseRequest,
  settleRequests,
  withAnswerSent,
  withIssueUnread,
  withoutWorkRequest,
  withWorkRequest,
} from '../../../src/domain/cycle/request.ts';
import type { WorkPhase } from '../../../src/domain/cycle/phases.ts';
import type { IssueState } from '../../../src/domain/issue-state.ts';
import { applyImplementationFailure } from '../../../src/domain/progress/implementation.ts';
import { applyPlan, applyPlanFailure } from '../../../src/domain/progress/plan.ts';
import { aPullRequest, issueThat, NOW, PLAN_DIGEST, PLAN_TEXT, send, synced } from '../builders.ts';

function request(phase: WorkPhase, requestId = `cycle-1:${phase}`) {
  return { requestId, phase, replyTo: 'cycle-1', agent: null, model: null };
}

/** The request has come; the issue was not read since. */
function left(state: IssueState, phase: WorkPhase, requestId?: string): IssueState {
  return settleRequests(withWorkRequest(state, request(phase, requestId)), NOW);
}

function read(state: IssueState): IssueState {
  return settleRequests(synced(state), NOW);
}

function asked(state: IssueState, phase: WorkPhase, requestId?: string): IssueState {
  return read(left(state, phase, requestId));
}

const unread = { name: 'GitHubUnavailable', message: 'away', at: NOW } as const;
const failure = { name: 'AgentFailed', message: 'no luck', at: NOW } as const;

describe('a request for work', () => {
  it.each([
    ['that nobody has seen', issueThat.isNew],
    ['that was read before', () => synced(issueThat.isNew())],
  ])('has an issue %s read first', (_, issue) => {
    const state = left(issue(), 'plan');

    expect(state).toMatchObject({ syncDue: true, plan: { state: 'none' }, desk: { answers: [] } });
    expect(read(state)).toMatchObject({ syncDue: false, plan: { state: 'generating' } });
  });

  it('fails where the issue cannot be read, and leaves it as it was for the next cycle', () => {
    const before = synced(issueThat.isNew());

    const state = withIssueUnread({ ...left(before, 'plan'), syncDue: false }, unread);

    expect(state.desk.answers).toMatchObject([{ outcome: 'failed', error: 'GitHubUnavailable', reason: 'away' }]);
    expect({ ...state, desk: before.desk }).toEqual(before);
    expect(asked(state, 'plan', 'cycle-2:plan').plan.state).toBe('generating');
  });

  it('that has begun is not ended by a failed reading', () => {
    const begun = asked(issueThat.isNew(), 'plan');

    expect(withIssueUnread(begun, unread)).toBe(begun);
  });

  it('is answered once, when its work is done', () => {
    const begun = asked(synced(issueThat.isNew()), 'plan');
    const issueTextDigest = begun.observed?.textDigest ?? '';
    const written = applyPlan(begun, { text: PLAN_TEXT, digest: PLAN_DIGEST, issueTextDigest, agent: 'scripted' }, NOW);

    const state = settleRequests(written, NOW);

    expect(begun.desk.answers).toEqual([]);
    expect(state.desk.answers).toEqual([
      { requestId: 'cycle-1:plan', replyTo: 'cycle-1', outcome: 'done', reason: null, error: null },
    ]);
    expect(settleRequests(state, NOW)).toEqual(state);
  });

  it('that comes again is the same request, also after its answer', () => {
    const waiting = asked(issueThat.hasPlan(), 'plan');
    const again = asked(waiting, 'plan');
    const sent = withAnswerSent(again, 'cycle-1:plan');

    expect(again.desk.answers).toHaveLength(1);
    expect(asked(sent, 'plan').desk).toEqual(sent.desk);
  });

  it('of a second cycle finds the work already running, and begins nothing', () => {
    const first = asked(issueThat.isApproved(), 'implement', 'cycle-1:implement');
    const second = asked(first, 'implement', 'cycle-2:implement');

    expect(second.implementation.attempt).toBe(first.implementation.attempt);
    expect(second.desk.answers).toMatchObject([{ requestId: 'cycle-2:implement', outcome: 'already_running' }]);
    expect(second.desk.open).toMatchObject([{ requestId: 'cycle-1:implement', isBegun: true }]);
  });

  it.each<[string, WorkPhase, () => IssueState, object]>([
    [
      'that failed before',
      'plan',
      () => applyPlanFailure(synced(send(issueThat.isNew(), 'plan')), failure),
      { outcome: 'skipped', reason: 'the plan failed' },
    ],
    ['that waits for approval', 'plan', issueThat.hasPlan, { outcome: 'waiting_for_person' }],
    [
      'without an approved plan',
      'implement',
      issueThat.hasPlan,
      { outcome: 'skipped', reason: 'no approved plan (waiting for local review)' },
    ],
    [
      'that is paused',
      'implement',
      () => send(issueThat.isApproved(), 'pause'),
      { outcome: 'skipped', reason: 'paused' },
    ],
    ['that is closed', 'plan', () => synced(issueThat.isNew(), { state: 'closed' }), { outcome: 'skipped' }],
    ['with nothing to review', 'review', issueThat.isApproved, { outcome: 'skipped', reason: 'nothing to review' }],
  ])('for an issue %s begins nothing', (_, phase, state, answer) => {
    const before = state();

    const after = left(before, phase);

    expect(after.desk.answers).toMatchObject([answer]);
    expect({ ...after, desk: before.desk, audit: before.audit, counts: before.counts }).toEqual(before);
  });

  it('for a review needs no plan where a pull request is open', () => {
    const state = asked(synced(issueThat.isNew(), { ownPullRequest: aPullRequest() }), 'review');

    expect(state.implementation.state).toBe('reviewing');
  });

  it('is answered with the failure of its work', () => {
    const begun = asked(issueThat.isApproved(), 'implement');

    const state = settleRequests(applyImplementationFailure(synced(begun), failure), NOW);

    expect(state.desk.answers).toMatchObject([{ outcome: 'failed', reason: 'no luck', error: failure.name }]);
  });

  it('is answered when a person pauses or cancels its work', () => {
    const begun = (): IssueState => asked(issueThat.isApproved(), 'implement');

    expect(settleRequests(send(begun(), 'pause'), NOW).desk.answers).toMatchObject([{ outcome: 'waiting_for_person' }]);
    expect(settleRequests(send(begun(), 'cancel'), NOW).desk.answers).toMatchObject([
      { outcome: 'skipped', reason: 'cancelled' },
    ]);
  });

  it('can be withdrawn before its work begins, and not afterwards', () => {
    const waiting = left(issueThat.isNew(), 'plan');
    const begun = asked(synced(issueThat.isNew()), 'plan');

    expect(withoutWorkRequest(waiting, 'cycle-1:plan').desk.open).toEqual([]);
    expect(withoutWorkRequest(begun, 'cycle-1:plan')).toBe(begun);
  });

  it.each([
    null,
    'plan',
    {},
    { requestId: 'a', phase: 'sync', replyTo: 'b' },
    { requestId: 1, phase: 'plan', replyTo: 'b' },
    { requestId: 'a', phase: 'plan', replyTo: '' },
    { requestId: 'a', phase: 'plan', replyTo: 'b'.repeat(1_001) },
  ])('is none if it is %j', (input) => {
    expect(parseRequest(input)).toBeNull();
  });
});
