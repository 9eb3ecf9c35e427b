import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunAgentInput } from '../../src/activities/agent/types.ts';
import type { QuestionInput } from '../../src/activities/types.ts';
import type { AskedQuestion } from '../../src/domain/question.ts';
import { defaultTalk } from '../../src/domain/policy.ts';
import { auditQuery, searchAttributes } from '../../src/workflows/protocol.ts';
import { aPolicy, aTrace, PLAN_DIGEST } from '../domain/builders.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { failure, fakeActivities, gate, withIssue, type FakeActivities, type IssueUnderTest } from './support.ts';

const usual = fakeActivities();
let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});

afterAll(() => temporal.close());

const asked: AskedQuestion = { type: 'choice', text: 'Tabs or spaces?', options: ['Tabs', 'Spaces'], context: null };
const kept = { agent: 'scripted', model: null, id: 'session-1', costUsd: 0.5, issueTextDigest: '' };
const session = { ...kept, file: { sha256: 'd'.repeat(64), bytes: 1 } };

/** An author who asks as often as it is told to, and keeps what it was given. */
function askingAuthor(times: number, inputs: RunAgentInput[]): Pick<FakeActivities, 'runAgent'> {
  return {
    async runAgent(input) {
      inputs.push(input);
      const result = await usual.runAgent(input);
      const trace = { ...result.trace, session };
      return inputs.length > times
        ? { ...result, trace }
        : { ...result, trace, plan: null, change: null, question: asked };
    },
  };
}

function clarifying(over: Partial<typeof defaultTalk.clarification>) {
  return () => Promise.resolve(aPolicy({ clarification: { ...defaultTalk.clarification, ...over } }));
}

async function askedOf(issue: IssueUnderTest) {
  return await issue.settled(({ question, step }) => question !== null && step === null);
}

describe('a question of the agent', () => {
  it('is asked on GitHub, waits without a slot, and is answered once, in the same session', async () => {
    const inputs: RunAgentInput[] = [];
    const shown: QuestionInput[] = [];
    const publishQuestion: FakeActivities['publishQuestion'] = (input) => {
      shown.push(input);
      return usual.publishQuestion(input);
    };
    await withIssue(temporal, { ...askingAuthor(1, inputs), publishQuestion }, async (issue) => {
      await issue.send('plan');
      const waiting = await askedOf(issue);
      const { memo, raw, typedSearchAttributes: seen } = await issue.handle.describe();
      expect(waiting).toMatchObject({ waitsFor: 'person', plan: { state: 'needs_clarification' } });
      expect(seen.get(searchAttributes.waitsFor)).toBe('person');
      expect(memo).toMatchObject({ question: 'Tabs or spaces?' });
      expect((raw.pendingActivities ?? []).filter(({ activityType }) => activityType?.name === 'runAgent')).toEqual([]);

      await expect(issue.send('answer', { text: 'Both' })).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
      await issue.handle.signal('answer', { text: '2', by: 'ana', questionId: 'q1' });
      await issue.handle.signal('answer', { text: '1', by: 'bob', questionId: 'q1' });
      const planned = await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);

      expect(planned).toMatchObject({ question: null, messages: 0 });
      expect(inputs).toHaveLength(2);
      expect(inputs[1]).toMatchObject({
        session: { id: 'session-1' },
        messages: [{ kind: 'answer', text: 'Spaces', question: 'Tabs or spaces?', by: 'ana' }],
        continues: true,
      });
      expect(shown.map(({ question }) => question.resolution?.how ?? 'open')).toEqual(['open', 'answered']);
      const audit = await issue.handle.query(auditQuery);
      expect(audit.filter(({ action }) => action === 'answer').map(({ by, detail }) => [by, detail])).toEqual([
        ['ana', 'q1: 2'],
        ['bob', expect.stringContaining('ana answered it')],
      ]);
    });
  });

  it('that nobody answers fails the work in time', async () => {
    const loadPolicy = clarifying({ expiresAfterMs: 300 });
    await withIssue(temporal, { ...askingAuthor(1, []), loadPolicy }, async (issue) => {
      await issue.send('plan');
      const { plan } = await issue.settled(({ plan: { state } }) => state === 'failed');

      expect(plan.failure).toMatchObject({ name: 'QuestionExpired' });
      await expect(issue.send('answer', { text: '1' })).rejects.toMatchObject({ cause: { type: 'NotApplicable' } });
    });
  });

  it('that nobody answers becomes an assumption where that is configured', async () => {
    const inputs: RunAgentInput[] = [];
    const loadPolicy = clarifying({ expiresAfterMs: 300, onExpiry: 'assume' });
    await withIssue(temporal, { ...askingAuthor(1, inputs), loadPolicy }, async (issue) => {
      await issue.send('plan');
      await issue.settled(({ plan }) => plan.state === 'awaiting_review');

      expect(inputs[1]?.messages).toMatchObject([{ kind: 'assume', question: 'Tabs or spaces?' }]);
    });
  });

  it('of an implementation keeps its work; too many fail it', async () => {
    const inputs: RunAgentInput[] = [];
    const work = { oid: 'e'.repeat(40), bundle: { sha256: 'e'.repeat(64), bytes: 1 } };
    const runAgent: FakeActivities['runAgent'] = async (input) => {
      inputs.push(input);
      const result = await usual.runAgent(input);
      if (input.assignment.kind === 'plan') return result;
      const trace = aTrace({ phase: 'implement', checkpoint: work });
      return { ...result, trace, change: null, question: asked };
    };
    await withIssue(temporal, { runAgent, loadPolicy: clarifying({ maxRounds: 1 }) }, async (issue) => {
      await issue.send('plan');
      await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
      await issue.send('approvePlan', { digest: PLAN_DIGEST });
      await issue.send('implement');
      expect(await askedOf(issue)).toMatchObject({ implementation: { state: 'needs_clarification' } });
      await issue.send('answer', { text: 'tabs' });
      const { implementation } = await issue.settled(({ implementation: { state } }) => state === 'failed');

      expect(implementation.failure).toMatchObject({ name: 'TooManyQuestions' });
      expect(inputs.at(-1)).toMatchObject({ work, continues: true });
    });
  });
});

describe('a word to the agent', () => {
  it('ends the run gently, and is given once to the one that goes on', async () => {
    const inputs: RunAgentInput[] = [];
    const began = gate();
    const runAgent: FakeActivities['runAgent'] = async (input) => {
      inputs.push(input);
      if (inputs.length > 1) return { ...(await usual.runAgent(input)), trace: aTrace({ session }) };
      began.open();
      const { CancelledFailure, Context } = await import('@temporalio/activity');
      const beat = setInterval(() => Context.current().heartbeat(), 50);
      await Context.current().cancelled.catch(() => undefined);
      clearInterval(beat);
      throw new CancelledFailure('stopped', [{ trace: aTrace({ session }) }]);
    };
    await withIssue(temporal, { runAgent }, async (issue) => {
      await issue.send('plan');
      await began.passed;
      await issue.send('steer', { text: 'Use the parser.', requestId: 'r1' });
      await issue.handle.signal('steer', { text: 'Use the parser.', by: 'ana', requestId: 'r1' });
      const { messages } = await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);

      expect(messages).toBe(0);
      expect(inputs.map((input) => input.messages.map(({ text }) => text))).toEqual([[], ['Use the parser.']]);
      expect(inputs[1]).toMatchObject({ session: { id: 'session-1' }, continues: true });
      await issue.send('revisePlan', { feedback: 'Shorter.' });
      await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
      expect(inputs.at(-1)).toMatchObject({ messages: [], said: [{ text: 'Use the parser.' }] });
    });
  });
});

describe('a budget that is used up', () => {
  const limit = { kind: 'issue', limitUsd: 1, spentUsd: 1.1, message: 'used up' } as const;

  it('asks a person, and goes on in the same session once it is raised', async () => {
    const inputs: RunAgentInput[] = [];
    const runAgent: FakeActivities['runAgent'] = async (input) => {
      inputs.push(input);
      if (inputs.length > 1) return await usual.runAgent(input);
      throw failure('AgentLimitReached', 'used up', { details: [{ trace: aTrace({ session }), limit }] });
    };
    await withIssue(temporal, { runAgent }, async (issue) => {
      await issue.send('plan');
      const stopped = await issue.settled(({ stop }) => stop !== null);
      expect(stopped).toMatchObject({ waitsFor: 'person', step: null, stop: limit, plan: { state: 'generating' } });
      await issue.send('raiseBudget', { usd: 5 });
      const planned = await issue.settled(({ plan }) => plan.state === 'awaiting_review');

      expect(planned).toMatchObject({ stop: null, raisedUsd: 5, costUsd: 1 });
      expect(inputs[1]).toMatchObject({
        session: { id: 'session-1' },
        continues: true,
        allowance: { raisedUsd: 5, workRaisedUsd: 5 },
        spent: { workUsd: 0.5, issueUsd: 0.5 },
      });
    });
  });

  it('before the agent starts costs nothing, and may be resumed', async () => {
    let tries = 0;
    const runAgent: FakeActivities['runAgent'] = async (input) => {
      tries += 1;
      if (tries > 2) return await usual.runAgent(input);
      throw failure('BudgetExceeded', 'used up', { details: [{ trace: null, limit: { ...limit, kind: 'day' } }] });
    };
    await withIssue(temporal, { runAgent }, async (issue) => {
      await issue.send('plan');
      const first = await issue.settled(({ stop }) => stop !== null);
      await issue.send('resume');
      const second = await issue.settled(({ stop }) => stop !== null && stop.at !== first.stop?.at);
      await issue.send('resume');
      await issue.settled(({ plan }) => plan.state === 'awaiting_review');

      expect([first.costUsd, second.costUsd]).toEqual([0, 0]);
      expect(tries).toBe(3);
    });
  });
});
