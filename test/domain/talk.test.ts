import { describe, expect, it } from '@jest/globals';
import { applyCommand, type CommandName } from '../../src/domain/commands/index.ts';
import { withMessagesGiven } from '../../src/domain/conversation.ts';
import { withPlan, type IssueState } from '../../src/domain/issue-state.ts';
import type { ReachedLimit, Stop } from '../../src/domain/limit.ts';
import { waitsFor } from '../../src/domain/lifecycle.ts';
import { nextStep, workKey } from '../../src/domain/next-step.ts';
import { planCommentKey } from '../../src/domain/plan.ts';
import { defaultTalk } from '../../src/domain/policy.ts';
import { applyLimit } from '../../src/domain/progress/limit.ts';
import { applyExpiry, applyQuestion, questionExpiresAt } from '../../src/domain/progress/question.ts';
import { settleTalk } from '../../src/domain/progress/turn.ts';
import type { AskedQuestion } from '../../src/domain/question.ts';
import { viewOf } from '../../src/domain/cycle/request.ts';
import { takeOf } from '../../src/domain/cycle/takes.ts';
import { aPolicy, aPullRequest, issueThat, NOW, refusalOf, send, synced } from './builders.ts';

const asked: AskedQuestion = { type: 'yes_no', text: 'In French?', options: [], context: null };
const reached: ReachedLimit = { kind: 'issue', limitUsd: 1, spentUsd: 1.2, message: 'used up' };

/** Its plan is posted. */
function shown(state: IssueState): IssueState {
  const key = planCommentKey(state.plan) ?? '';
  return withPlan(state, { comment: { id: 'IC_1', url: null, at: NOW, key } });
}

function planning(): IssueState {
  return synced(send(issueThat.isNew(), 'plan'));
}
function implementing(): IssueState {
  return shown(issueThat.isImplementing());
}
function reviewing(): IssueState {
  return shown(synced(send(synced(issueThat.isApproved(), { ownPullRequest: aPullRequest() }), 'review')));
}
function asking(track: 'plan' | 'implementation', policy = aPolicy()): IssueState {
  const state = track === 'plan' ? planning() : implementing();
  return applyQuestion({ ...state, policy }, track, asked, NOW);
}
function stopped(state: IssueState, track: Stop['track'], limit = reached): IssueState {
  return applyLimit(state, { track, reached: limit, raisedUsd: 0, now: NOW });
}

/** An issue in every state that it can rest or work in. */
const states: Record<string, () => IssueState> = {
  new: issueThat.isNew,
  planning,
  'plan asks': () => asking('plan'),
  'plan stopped': () => stopped(planning(), 'plan'),
  planned: issueThat.hasPlan,
  approved: issueThat.isApproved,
  implementing,
  'implementation asks': () => asking('implementation'),
  'implementation stopped': () => stopped(implementing(), 'implementation'),
  reviewing,
  'review stopped': () => stopped(reviewing(), 'review'),
  paused: () => send(implementing(), 'pause'),
  'paused, and asks': () => send(asking('plan'), 'pause'),
  closed: () => synced(issueThat.hasPlan(), { state: 'closed' }),
};

describe('every message in every state', () => {
  const args: Partial<Record<CommandName, object>> = {
    answer: { text: 'yes' },
    steer: { text: 'Use the parser.' },
    raiseBudget: { usd: 5 },
    resume: {},
  };
  /** Taken where it says so; all that are not listed are refused. */
  const taken: Record<string, readonly string[]> = {
    answer: ['plan asks', 'implementation asks', 'paused, and asks'],
    steer: Object.keys(states).filter((name) => name !== 'closed'),
    raiseBudget: Object.keys(states).filter((name) => name !== 'closed'),
    resume: ['plan stopped', 'implementation stopped', 'review stopped', 'paused', 'paused, and asks'],
  };
  const cases = Object.keys(taken).flatMap((name) =>
    Object.keys(states).map((state) => [name as CommandName, state] as const),
  );

  it.each(cases)('%s, %s', (name, stateName) => {
    const state = states[stateName]?.() ?? issueThat.isNew();
    const isTaken = taken[name]?.includes(stateName) ?? false;

    expect(refusalOf(state, name, args[name])).toBe(isTaken ? undefined : 'NotApplicable');
  });
});

describe('a question', () => {
  it.each(['plan', 'implementation'] as const)('of the %s waits for a person, without a step', (track) => {
    const state = asking(track);
    const posted = {
      ...state,
      conversation: { ...state.conversation, comment: { questionId: 'q1', at: NOW, key: 'q1:open' } },
    };

    expect(state[track === 'plan' ? 'plan' : 'implementation'].state).toBe('needs_clarification');
    expect(waitsFor(state)).toBe('person');
    expect(nextStep(state)?.kind).toBe('publishQuestion');
    expect(nextStep(posted)).toBeNull();
  });

  it.each(['plan', 'implementation'] as const)(
    'of the %s is answered, and the agent is told in another turn',
    (track) => {
      const state = send(asking(track), 'answer', { questionId: 'q1', text: 'Y' });

      expect(state[track === 'plan' ? 'plan' : 'implementation'].state).toBe('generating');
      expect(state.conversation).toMatchObject({
        question: { id: 'q1', resolution: { how: 'answered', text: 'yes', by: 'ana' } },
        waiting: [{ kind: 'answer', text: 'yes', question: 'In French?' }],
        turn: 1,
      });
      expect(nextStep(synced({ ...state, conversation: { ...state.conversation, comment: null } }))?.key).toMatch(
        /\/1$/,
      );
    },
  );

  it('takes the first answer; a second one is refused with the reason', () => {
    const answered = send(asking('plan'), 'answer', { text: 'yes' });
    const second = applyCommand(answered, 'answer', { by: 'bob', text: 'no' }, { now: NOW, door: 'signal' });

    expect(second.refused?.message).toContain('ana answered it');
    expect(second.state.audit.at(-1)).toMatchObject({ action: 'answer', by: 'bob', door: 'signal' });
  });

  it('refuses what is no answer, and an answer to another question', () => {
    expect(refusalOf(asking('plan'), 'answer', { text: 'perhaps' })).toBe('InvalidInput');
    expect(refusalOf(asking('plan'), 'answer', { text: '' })).toBe('InvalidInput');
    expect(refusalOf(asking('plan'), 'answer', { questionId: 'q2', text: 'yes' })).toBe('NotApplicable');
  });

  it('fails the work when nobody answers in time; that may be tried again', () => {
    const failed = applyExpiry(asking('plan'), NOW);

    expect(failed.plan).toMatchObject({ state: 'failed', failure: { name: 'QuestionExpired' } });
    expect(refusalOf(failed, 'answer', { text: 'yes' })).toBe('NotApplicable');
    expect(send(failed, 'plan').plan.state).toBe('generating');
    expect(applyExpiry(asking('implementation'), NOW).implementation.state).toBe('failed');
  });

  it('has the agent assume where that is configured', () => {
    const policy = aPolicy({ clarification: { ...defaultTalk.clarification, onExpiry: 'assume' } });
    const state = applyExpiry(asking('implementation', policy), NOW);

    expect(state.implementation).toMatchObject({ state: 'generating', stage: 'run' });
    expect(state.conversation.waiting).toMatchObject([{ kind: 'assume', question: 'In French?' }]);
  });

  it('waits for ever where that is configured, and does not expire during a pause', () => {
    const never = aPolicy({ clarification: { ...defaultTalk.clarification, onExpiry: 'never' } });
    const later = new Date(Date.parse(NOW) + 3_600_000).toISOString();
    const paused = send(asking('plan'), 'pause');
    const resumed = applyCommand(paused, 'resume', { by: 'ana' }, { now: later, door: 'update' }).state;

    expect(questionExpiresAt(asking('plan', never))).toBeNull();
    expect(questionExpiresAt(asking('plan'))).toBe(Date.parse(NOW) + 30 * 60_000);
    expect(questionExpiresAt(paused)).toBeNull();
    expect(questionExpiresAt(resumed)).toBe(Date.parse(NOW) + 90 * 60_000);
  });

  it('may be asked so often in one piece of work, and then fails it', () => {
    let state = asking('plan');
    for (let round = 2; round <= 4; round += 1) {
      state = applyQuestion(send(state, 'answer', { text: 'no' }), 'plan', asked, NOW);
    }

    expect(state.plan).toMatchObject({ state: 'failed', failure: { name: 'TooManyQuestions' } });
    expect(state.conversation.asked).toBe(3);
    expect(applyQuestion(send(state, 'plan'), 'plan', asked, NOW).plan.state).toBe('needs_clarification');
  });

  it('is withdrawn when its work is cancelled, and when the issue is over', () => {
    const cancelled = settleTalk(send(asking('plan'), 'cancel'), NOW);
    const closed = settleTalk(synced(asking('plan'), { state: 'closed' }), NOW);

    expect(cancelled.plan.state).toBe('none');
    for (const state of [cancelled, closed]) {
      expect(state.conversation.question?.resolution).toMatchObject({ how: 'withdrawn' });
    }
  });

  it('of a revision leaves the plan that there was when it is cancelled', () => {
    const revising = synced(send(issueThat.hasPlan(), 'revisePlan', { feedback: 'shorter' }));

    expect(send(applyQuestion(revising, 'plan', asked, NOW), 'cancel').plan.state).toBe('awaiting_review');
  });
});

describe('a word to the agent', () => {
  it('has the running one go on in another turn, told once', () => {
    const before = implementing();
    const steered = send(before, 'steer', { text: 'Use the parser.', requestId: 'r1' });
    const again = applyCommand(
      steered,
      'steer',
      { by: 'ana', text: 'Use the parser.', requestId: 'r1' },
      { now: NOW, door: 'signal' },
    ).state;

    expect(nextStep(steered)?.key).not.toBe(nextStep(before)?.key);
    expect(workKey(nextStep(steered)?.key ?? '')).toBe(nextStep(before)?.key);
    expect(again.conversation.waiting).toHaveLength(1);
    const given = withMessagesGiven(steered.conversation, steered.conversation.waiting);
    expect(given).toMatchObject({ waiting: [], said: [{ kind: 'steer', text: 'Use the parser.' }] });
  });

  it.each(['new', 'planned', 'reviewing', 'plan asks', 'implementation stopped', 'paused'])(
    'is kept for the next run where no author works: %s',
    (name) => {
      const before = states[name]?.() ?? issueThat.isNew();
      const after = send(before, 'steer', { text: 'Use the parser.' });

      expect(nextStep(after)).toEqual(nextStep(before));
      expect(after.conversation.waiting).toHaveLength(1);
    },
  );

  it('is refused where too many wait', () => {
    let state = issueThat.isNew();
    for (let count = 0; count < 20; count += 1) state = send(state, 'steer', { text: `Word ${count}.` });

    expect(refusalOf(state, 'steer', { text: 'One more.' })).toBe('NotApplicable');
  });
});

describe('work that stopped at a limit', () => {
  it.each([
    ['plan', planning, 'plan'],
    ['implementation', implementing, 'implement'],
    ['review', reviewing, 'review'],
  ] as const)('of the %s waits for a person, and goes on in place once the budget is raised', (track, make, phase) => {
    const state = stopped(make(), track);
    const raised = send(state, 'raiseBudget', { usd: 5 });

    expect(nextStep(state)).toBeNull();
    expect(waitsFor(state)).toBe('person');
    expect(takeOf(phase, viewOf(state)).kind).toBe('waiting_for_person');
    expect(raised).toMatchObject({ stop: null, purse: { raisedUsd: 5 } });
    expect(workKey(nextStep({ ...raised, syncDue: false })?.key ?? '')).toBe(nextStep(make())?.key);
    expect(nextStep({ ...raised, syncDue: false })?.key).not.toBe(nextStep(make())?.key);
  });

  it('does not wait where somebody raised the budget meanwhile', () => {
    const raised = send(planning(), 'raiseBudget', { usd: 5 });

    expect(stopped(raised, 'plan')).toMatchObject({ stop: null, conversation: { turn: 1 } });
  });

  it('at another limit goes on by resume, and not by money', () => {
    const turns = stopped(planning(), 'plan', { kind: 'turns', limitUsd: null, spentUsd: null, message: 'many turns' });

    expect(send(turns, 'raiseBudget', { usd: 5 }).stop).not.toBeNull();
    expect(send(turns, 'resume').stop).toBeNull();
  });

  it('is no longer stopped once it is cancelled', () => {
    const cancelled = settleTalk(send(stopped(implementing(), 'implementation'), 'cancel'), NOW);

    expect(cancelled).toMatchObject({ stop: null, implementation: { state: 'none' } });
  });

  it.each([0, -1, Number.NaN, 1e9, '5', undefined])('is not raised by %s', (usd) => {
    expect(refusalOf(planning(), 'raiseBudget', { usd })).toBe('InvalidInput');
  });
});
