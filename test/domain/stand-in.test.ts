import { describe, expect, it } from '@jest/globals';
import type { ChosenAgent } from '../../src/domain/agent-choice.ts';
import type { ErrorName } from '../../src/domain/errors.ts';
import { newIssueState } from '../../src/domain/issue-state.ts';
import { applyStandIn, failedAgents } from '../../src/domain/progress/stand-in.ts';
import { aPolicy } from './builders.ts';

const state = newIssueState({ repository: 'octo/hello', repositoryId: 'R_1', number: 42 }, 'feature');
const choice: ChosenAgent = { agent: 'codex', model: null, limits: aPolicy().run, standIn: 'gemini' };

function failing(name: ErrorName, of = choice) {
  return { work: 'plan-1', choice: of, failure: { name, message: 'no', at: '2026-01-01T00:00:00Z' } };
}

describe('an agent that cannot', () => {
  it.each<ErrorName>(['AgentOverloaded', 'AgentExhausted'])(
    'is remembered for this piece of work on %s, and the audit says who takes over',
    (name) => {
      const after = applyStandIn(state, failing(name));

      expect(after && failedAgents(after, 'plan-1')).toEqual(['codex']);
      expect(after && failedAgents(after, 'plan-2')).toEqual([]);
      expect(after?.audit.at(-1)).toMatchObject({
        action: 'standIn',
        detail: `codex could not (${name}), so gemini takes over.`,
      });
    },
  );

  it('joins those that could not before', () => {
    const once = applyStandIn(state, failing('AgentOverloaded')) ?? state;

    const twice = applyStandIn(once, failing('AgentOverloaded', { ...choice, agent: 'gemini', standIn: 'opencode' }));

    expect(twice && failedAgents(twice, 'plan-1')).toEqual(['codex', 'gemini']);
  });

  it('is not stood in for where nobody is left, or where it is the work that failed', () => {
    expect(applyStandIn(state, failing('AgentOverloaded', { ...choice, standIn: null }))).toBeNull();
    expect(applyStandIn(state, failing('AgentFailed'))).toBeNull();
    expect(applyStandIn(state, failing('AgentAuthentication'))).toBeNull();
  });
});
