import { describe, expect, it } from '@jest/globals';
import { wholeSelection } from '../../../src/domain/cycle/cycle.ts';
import { parseAnswer, parseCycleRequest } from '../../../src/domain/cycle/parse.ts';
import { cyclePhases } from '../../../src/domain/cycle/phases.ts';

describe('what a cycle is started with', () => {
  it.each([undefined, null, {}])('may be nothing (%j): then it is an ordinary one, by hand', (input) => {
    expect(parseCycleRequest(input)).toEqual({
      name: 'once',
      selection: wholeSelection,
      phases: cyclePhases,
      choices: {},
      dryRun: false,
      frequency: null,
      intervalMs: null,
    });
  });

  it('may leave out what is as usual', () => {
    const input = { selection: { numbers: [[1, 3]] }, phases: ['plan'], choices: { plan: { agent: 'scripted' } } };

    expect(parseCycleRequest(input)).toMatchObject({
      selection: { ...wholeSelection, numbers: [[1, 3]] },
      phases: ['plan'],
      choices: { plan: { agent: 'scripted' } },
    });
  });

  it.each<[string, unknown]>([
    ['a text', 'octo/hello'],
    ['a list', []],
    ['an unknown phase', { phases: ['deploy'] }],
    ['an unknown phase to choose an agent for', { choices: { sync: { agent: 'a' } } }],
    ['an agent that is no name', { choices: { plan: { agent: 7 } } }],
    ['a choice that is none', { choices: { plan: 'scripted' } }],
    ['no time between two cycles', { intervalMs: 0 }],
    ['a selection that is none', { selection: 'all' }],
    ['repositories that are no list', { selection: { repositories: 'octo/hello' } }],
    ['numbers that are no ranges', { selection: { numbers: [1, 2] } }],
    ['a time that is none', { selection: { since: 'yesterday' } }],
  ])('cannot be %s', (_, input) => {
    expect(parseCycleRequest(input)).toBeNull();
  });
});

describe('an answer to a cycle', () => {
  const answer = { requestId: 'a', replyTo: 'b', outcome: 'failed', reason: 'no luck', error: 'AgentFailed' };

  it('is taken as it is', () => {
    expect(parseAnswer(answer)).toEqual(answer);
  });

  it('may lack a reason, and an error that is known here', () => {
    expect(parseAnswer({ ...answer, reason: undefined, error: 'OfNewerWorker' })).toMatchObject({
      reason: null,
      error: null,
    });
  });

  it.each([undefined, null, 'done', {}, { ...answer, requestId: 7 }, { ...answer, outcome: 'banana' }])(
    'is none if it is %j',
    (input) => {
      expect(parseAnswer(input)).toBeNull();
    },
  );
});
