import { describe, expect, it } from '@jest/globals';
import { nextOf, type SetUpFacts, sorted, stageOf } from '../../../src/cli/status/status.ts';
import { aLine } from '../listing/builders.ts';

const facts: SetUpFacts = { configured: true, broken: false, repositories: ['octo/hello'], issues: 3, worker: true };

describe('how far set-up is', () => {
  it.each([
    ['uninitialized', 'ghw init', { configured: false, repositories: [], issues: null, worker: null }],
    ['broken', 'ghw config validate', { broken: true, repositories: [], issues: null, worker: null }],
    ['configured', 'ghw repositories add owner/repo', { repositories: [], issues: 0 }],
    ['repositories', 'ghw up', { issues: null, worker: null }],
    ['repositories', 'ghw issues sync', { issues: 0 }],
    ['synced', 'ghw up', { worker: false }],
    ['ready', 'ghw issues list', {}],
  ] as const)('is %s, and leads on with %s', (stage, next, over) => {
    const known = { ...facts, ...over };

    expect(stageOf(known)).toBe(stage);
    expect(nextOf(stage, known, undefined)).toBe(next);
  });

  it('leads on with what waits, once all is ready', () => {
    expect(nextOf('ready', facts, 'ghw plans review octo/hello#1')).toBe('ghw plans review octo/hello#1');
    expect(nextOf('synced', facts, 'ghw plans review octo/hello#1')).toBe('ghw up');
  });
});

describe('the issues of a status', () => {
  const issue = (over: Parameters<typeof aLine>[0]) => aLine({ live: true, waitsFor: 'person', ...over });

  it('are those that run, that wait and that failed, each once', () => {
    const { running, waiting, failed } = sorted([
      issue({ number: 3, planState: 'failed' }),
      issue({ number: 2, waitsFor: 'agent', planState: 'generating' }),
      issue({ number: 1, planState: 'awaiting_review' }),
      issue({ number: 4, waitsFor: 'agent', planState: 'approved', implementationState: 'reviewing' }),
      issue({ number: 5, waitsFor: 'nobody', planState: 'approved' }),
    ]);

    expect(running.map(({ number }) => number)).toEqual([2, 4]);
    expect(waiting.map(({ number }) => number)).toEqual([1]);
    expect(failed.map(({ number }) => number)).toEqual([3]);
  });

  it.each([
    [{ planState: 'awaiting_review' }, 'plan waiting for local review', 'ghw plans review octo/hello#1'],
    [{ planState: 'needs_clarification' }, 'plan waiting for an answer', 'https://github.com/octo/hello/issues/1'],
    [
      { planState: 'approved', implementationState: 'reviewed' },
      'implementation reviewed',
      'ghw implementations review octo/hello#1',
    ],
    [
      { planState: 'approved', implementationState: 'pr_opened' },
      'implementation PR opened',
      'ghw open octo/hello#1 --pull-request',
    ],
    [{ planState: 'generating', paused: true }, 'plan being generated, paused', 'ghw issues resume octo/hello#1'],
  ] as const)('say what is waited for and the command that answers: %j', (over, what, next) => {
    expect(sorted([issue(over)]).waiting).toEqual([expect.objectContaining({ what, next })]);
  });

  it.each([
    [{ planState: 'failed', failure: 'AgentCrashed' }, 'plan failed (AgentCrashed)', 'ghw issues plan octo/hello#1'],
    [
      { planState: 'approved', implementationState: 'failed' },
      'implementation failed',
      'ghw issues implement octo/hello#1 --force',
    ],
    [
      { planState: 'approved', implementationState: 'review_failed' },
      'implementation review failed',
      'ghw issues review octo/hello#1',
    ],
  ] as const)('say what failed and the command that tries again: %j', (over, what, next) => {
    expect(sorted([issue(over)]).failed).toEqual([expect.objectContaining({ what, next })]);
  });
});
