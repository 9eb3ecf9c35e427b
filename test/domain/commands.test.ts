import { describe, expect, it } from '@jest/globals';
import { applyCommand, commandNames, judge } from '../../src/domain/commands/index.ts';
import { withImplementation } from '../../src/domain/issue-state.ts';
import { currentPlan } from '../../src/domain/plan.ts';
import { applyChange, applyPublication, applyValidation } from '../../src/domain/progress/implementation.ts';
import {
  aChange,
  aPolicy,
  aPullRequest,
  aReport,
  HEAD_OID,
  issueThat,
  NOW,
  PLAN_DIGEST,
  refusalOf,
  send,
  synced,
} from './builders.ts';

function implemented() {
  const changed = applyChange(issueThat.isImplementing({ publish: 'none' }), aChange());
  const validated = synced(applyValidation(changed, aReport(true), aPolicy(), NOW));
  return applyPublication(validated, { concerns: [], published: null }, 'none');
}

describe('approvePlan', () => {
  it('approves the plan that it names', () => {
    const state = send(issueThat.hasPlan(), 'approvePlan', { digest: PLAN_DIGEST, note: 'fine' });

    expect(state.plan.state).toBe('approved');
    expect(state.plan.approval).toMatchObject({ digest: PLAN_DIGEST, by: 'ana', door: 'update', note: 'fine' });
  });

  it('takes the first digits of a digest, or the version', () => {
    expect(refusalOf(issueThat.hasPlan(), 'approvePlan', { digest: PLAN_DIGEST.slice(0, 12) })).toBeUndefined();
    expect(refusalOf(issueThat.hasPlan(), 'approvePlan', { version: 1 })).toBeUndefined();
  });

  it.each([
    ['another digest', { digest: 'f'.repeat(64) }, 'PlanDigestMismatch'],
    ['too few digits', { digest: PLAN_DIGEST.slice(0, 4) }, 'PlanDigestMismatch'],
    ['another version', { version: 2 }, 'PlanDigestMismatch'],
    ['no plan named', {}, 'InvalidInput'],
    ['nobody to answer for it', { digest: PLAN_DIGEST, by: undefined }, 'InvalidInput'],
    ['a digest that is no text', { digest: 7 }, 'InvalidInput'],
  ])('refuses %s', (_, args, name) => {
    expect(refusalOf(issueThat.hasPlan(), 'approvePlan', args)).toBe(name);
  });

  it('refuses a plan whose issue has changed since, unless that is said to be all right', () => {
    const stale = synced(issueThat.hasPlan(), { title: 'Greet louder' });

    expect(refusalOf(stale, 'approvePlan', { digest: PLAN_DIGEST })).toBe('PlanStale');
    expect(send(stale, 'approvePlan', { digest: PLAN_DIGEST, staleOk: true }).plan.state).toBe('approved');
  });

  it('applies a request that comes through two doors once', () => {
    const once = send(issueThat.hasPlan(), 'approvePlan', { digest: PLAN_DIGEST, requestId: 'r1' });
    const twice = applyCommand(
      once,
      'approvePlan',
      { digest: PLAN_DIGEST, by: 'ana', requestId: 'r1' },
      { now: NOW, door: 'signal' },
    );

    expect(twice).toEqual({ state: once, refused: null });
  });
});

describe('what does not apply', () => {
  it('is recorded in the audit, never dropped', () => {
    const { state, refused } = applyCommand(
      issueThat.isNew(),
      'approvePlan',
      { by: 'eve', version: 1 },
      { now: NOW, door: 'signal' },
    );

    expect(refused?.name).toBe('NotApplicable');
    expect(state.audit.at(-1)).toMatchObject({ action: 'approvePlan', by: 'eve', door: 'signal' });
    expect(state.audit.at(-1)?.detail).toContain('refused');
  });

  it.each([null, 'text', 42, [], { by: 7 }, { by: '' }, undefined])('is refused for malformed input (%j)', (input) => {
    for (const name of commandNames) {
      expect(() => judge(issueThat.isNew(), name, input)).not.toThrow();
    }
  });

  it('is refused for an issue that has ended', () => {
    const ended = synced(issueThat.hasPlan(), { state: 'closed' });

    expect(refusalOf(ended, 'plan', { force: true })).toBe('NotApplicable');
  });
});

describe('unapprovePlan', () => {
  it('stops a running implementation and keeps its work', () => {
    const running = applyChange(issueThat.isImplementing(), aChange());
    const stopped = send(running, 'unapprovePlan', { reason: 'wait' });

    expect(stopped.plan).toMatchObject({ state: 'awaiting_review', approval: null });
    expect(stopped.implementation).toMatchObject({ state: 'none', stage: null, change: { headOid: HEAD_OID } });
  });
});

describe('editPlan', () => {
  it('makes the next version, unapproved', () => {
    const edited = send(issueThat.isApproved(), 'editPlan', { text: '# Mine' });

    expect(edited.plan.state).toBe('awaiting_review');
    expect(currentPlan(edited.plan)).toMatchObject({ version: 2, author: 'ana', door: 'person', text: '# Mine' });
  });

  it('refuses a plan that would not fit into a comment', () => {
    expect(refusalOf(issueThat.hasPlan(), 'editPlan', { text: 'x'.repeat(61_000) })).toBe('PlanTooLong');
    expect(refusalOf(issueThat.hasPlan(), 'editPlan', { text: '😀'.repeat(16_000) })).toBe('PlanTooLong');
  });
});

describe('implement', () => {
  it('needs an approved plan', () => {
    expect(refusalOf(issueThat.isNew(), 'implement')).toBe('NotApplicable');
    expect(refusalOf(issueThat.hasPlan(), 'implement', { force: true })).toBe('NotApplicable');
  });

  it('does finished work again only with force', () => {
    expect(refusalOf(implemented(), 'implement')).toBe('NotApplicable');
    expect(send(implemented(), 'implement', { force: true }).implementation).toMatchObject({
      stage: 'run',
      change: null,
    });
  });

  it('goes on with unfinished work after a cancel', () => {
    const cancelled = send(issueThat.isImplementing(), 'cancel');
    const withWork = withImplementation(cancelled, { checkpoint: { oid: HEAD_OID, bundle: aChange().bundle } });

    expect(send(withWork, 'implement').implementation).toMatchObject({ stage: 'run', reason: 'continue', attempt: 2 });
  });

  it('does not run the agent again for a whole change of the same plan', () => {
    const cancelled = send(applyChange(issueThat.isImplementing(), aChange()), 'cancel');

    expect(send(cancelled, 'implement').implementation.stage).toBe('validate');
  });
});

describe('openPullRequest', () => {
  it('publishes the head that was shown', () => {
    const state = send(implemented(), 'openPullRequest', { headSha: HEAD_OID, draft: false });

    expect(state.implementation).toMatchObject({
      stage: 'publish',
      publishWish: { headOid: HEAD_OID, draft: false, by: 'ana' },
    });
  });

  it('refuses another head, and a plan that is no longer approved', () => {
    expect(refusalOf(implemented(), 'openPullRequest', { headSha: 'e'.repeat(40) })).toBe('NotApplicable');
    expect(refusalOf(send(implemented(), 'unapprovePlan'), 'openPullRequest', { headSha: HEAD_OID })).toBe(
      'NotApplicable',
    );
  });
});

describe('cancel', () => {
  it('leads to the open pull request where there is one', () => {
    const running = withImplementation(issueThat.isImplementing(), { pullRequest: aPullRequest() });

    expect(send(running, 'cancel').implementation.state).toBe('pr_opened');
  });

  it('leaves the earlier plan when a revision is cancelled', () => {
    const revising = send(issueThat.hasPlan(), 'revisePlan', { feedback: 'shorter' });

    expect(send(revising, 'cancel').plan.state).toBe('awaiting_review');
  });

  it('is refused where nothing runs', () => {
    expect(refusalOf(issueThat.isNew(), 'cancel')).toBe('NotApplicable');
  });
});

describe('pause', () => {
  it('holds until resume, whatever the state', () => {
    const paused = send(issueThat.isImplementing(), 'pause', { reason: 'lunch' });

    expect(refusalOf(paused, 'pause')).toBe('NotApplicable');
    expect(send(paused, 'resume').paused).toBeNull();
    expect(refusalOf(issueThat.isNew(), 'resume')).toBe('NotApplicable');
  });
});
