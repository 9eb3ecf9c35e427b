import { describe, expect, it } from '@jest/globals';
import { chooseAgent, type ChoiceQuestion } from '../../src/domain/agent-choice.ts';
import type { IssuePolicy } from '../../src/domain/policy.ts';
import { aPolicy } from './builders.ts';

const policy: IssuePolicy = {
  ...aPolicy(),
  plan: { agent: 'claude-code', model: 'opus' },
  run: { wallClockMs: 3_600_000, idleMs: 600_000, maxTurns: 100, budgetUsd: 5 },
  choices: [
    { label: 'docs', phases: ['plan'], agent: 'fast', model: null, limits: { budgetUsd: 1 } },
    { label: 'hard', phases: ['plan', 'implement'], agent: null, model: 'largest', limits: {} },
  ],
  fallback: ['codex', 'gemini'],
  namedAgents: { fast: { model: 'haiku', limits: { maxTurns: 20 } } },
};

function choose(question: Partial<ChoiceQuestion> = {}) {
  return chooseAgent(policy, { phase: 'plan', labels: [], request: null, failed: [], ...question });
}

describe('the choice of an agent', () => {
  it('is the phase’s, with its model and the limits of all', () => {
    expect(choose()).toEqual({ agent: 'claude-code', model: 'opus', limits: policy.run, standIn: 'codex' });
  });

  it('follows a label, in any spelling, and takes the named agent’s model and limits along', () => {
    expect(choose({ labels: ['bug', 'Docs'] })).toMatchObject({
      agent: 'fast',
      model: 'haiku',
      limits: { maxTurns: 20, budgetUsd: 1, wallClockMs: 3_600_000 },
    });
  });

  it('takes the first label choice that fits, in its phases only', () => {
    expect(choose({ labels: ['hard', 'docs'] }).agent).toBe('fast');
    expect(choose({ labels: ['docs'], phase: 'review' }).agent).toBe(policy.review.agent);
  });

  it('lets a label choose a model alone', () => {
    expect(choose({ labels: ['hard'] })).toMatchObject({ agent: 'claude-code', model: 'largest' });
  });

  it('leaves the last word to the person who asks, and a model with the agent that it belongs to', () => {
    const asked = { agent: 'gemini', model: null };

    expect(choose({ labels: ['hard'], request: asked })).toMatchObject({ agent: 'gemini', model: null });
    expect(choose({ request: { agent: null, model: 'sonnet' } })).toMatchObject({
      agent: 'claude-code',
      model: 'sonnet',
    });
  });
});

describe('an agent that cannot', () => {
  it('is stood in for by the next that can, which has a model of its own or none', () => {
    expect(choose({ failed: ['claude-code'] })).toMatchObject({ agent: 'codex', model: null, standIn: 'gemini' });
    expect(choose({ failed: ['claude-code', 'codex'] })).toMatchObject({ agent: 'gemini', standIn: null });
  });

  it('stays where nobody is left', () => {
    expect(choose({ failed: ['claude-code', 'codex', 'gemini'] })).toMatchObject({
      agent: 'claude-code',
      standIn: null,
    });
  });

  it('is not its own stand-in', () => {
    expect(choose({ request: { agent: 'codex', model: null } })).toMatchObject({ agent: 'codex', standIn: 'gemini' });
  });
});
