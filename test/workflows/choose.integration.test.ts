import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunAgentInput } from '../../src/activities/agent/types.ts';
import { auditQuery } from '../../src/workflows/protocol.ts';
import { aPolicy, aTrace } from '../domain/builders.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { failure, fakeActivities, withIssue, type FakeActivities } from './support.ts';

const usual = fakeActivities();
let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});

afterAll(() => temporal.close());

/** Authors of whom those named are overloaded; what they were given is kept. */
function authors(overloaded: readonly string[], inputs: RunAgentInput[]): Pick<FakeActivities, 'runAgent'> {
  return {
    async runAgent(input) {
      inputs.push(input);
      const { agent, model } = input.choice;
      const kept = { agent, model, id: `session of ${agent}`, file: null, costUsd: 0, issueTextDigest: '' };
      const trace = aTrace({ session: { ...kept, lastWords: `I am ${agent}.` } });
      if (overloaded.includes(agent)) throw failure('AgentOverloaded', 'overloaded', { details: [{ trace }] });
      return { ...(await usual.runAgent(input)), trace };
    },
  };
}

describe('an agent that is overloaded', () => {
  it('is stood in for by the next, which begins a session of its own and is told what there is; the audit says so', async () => {
    const inputs: RunAgentInput[] = [];
    const policy = aPolicy({ plan: { agent: 'codex', model: 'large' }, fallback: ['opencode', 'gemini'] });
    const loadPolicy = () => Promise.resolve(policy);
    await withIssue(temporal, { ...authors(['codex', 'opencode'], inputs), loadPolicy }, async (issue) => {
      await issue.send('plan');
      const planned = await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);

      expect(planned.plan.failure).toBeNull();
      expect(inputs.map(({ choice, standIn, session }) => [choice.agent, choice.model, standIn, session])).toEqual([
        ['codex', 'large', 'opencode', null],
        ['opencode', null, 'gemini', null],
        ['gemini', null, null, null],
      ]);
      expect(inputs[0]?.handedOver).toBeNull();
      expect(inputs[1]?.handedOver).toMatchObject({ lastWords: 'I am codex.' });
      const audit = await issue.handle.query(auditQuery);
      expect(audit.filter(({ action }) => action === 'standIn').map(({ detail }) => detail)).toEqual([
        'codex could not (AgentOverloaded), so opencode takes over.',
        'opencode could not (AgentOverloaded), so gemini takes over.',
      ]);
    });
  });

  it('fails the phase where nobody takes over', async () => {
    const loadPolicy = () => Promise.resolve(aPolicy({ plan: { agent: 'codex', model: null } }));
    await withIssue(temporal, { ...authors(['codex'], []), loadPolicy }, async (issue) => {
      await issue.send('plan');

      const failed = await issue.settled(({ plan, step }) => plan.state === 'failed' && step === null);

      expect(failed.plan.failure?.name).toBe('AgentOverloaded');
    });
  });
});

describe('a choice by label', () => {
  it('decides which agent runs, with which model and limits', async () => {
    const inputs: RunAgentInput[] = [];
    const { observed } = await usual.syncIssue({} as never);
    const label = observed.labels[0] ?? '';
    const limits = { maxTurns: 7 };
    const policy = aPolicy({ choices: [{ label, phases: ['plan'], agent: 'gemini', model: 'flash', limits }] });
    const loadPolicy = () => Promise.resolve(policy);
    await withIssue(temporal, { ...authors([], inputs), loadPolicy }, async (issue) => {
      await issue.send('plan');
      await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);

      expect(label).not.toBe('');
      expect(inputs[0]).toMatchObject({ choice: { agent: 'gemini', model: 'flash' }, limits: { maxTurns: 7 } });
    });
  });
});
