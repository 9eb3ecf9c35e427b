import { describe, expect, it } from '@jest/globals';
import type { LedgerIssue, ProgressLine } from '../../../src/ledger/ledger.ts';
import { firstCommand, nextOf, type SetUpFacts, sorted, stageOf } from '../../../src/cli/status/status.ts';
import { runningCycle } from '../../../src/cli/status/cycles.ts';
import { newPhase } from '../../../src/domain/cycle/tally.ts';
import { anObservedIssue, NOW } from '../../domain/builders.ts';
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

describe('a work cycle of a status', () => {
  it('is as far as its phase, or only there where nobody says how far it is', () => {
    const done = { ...newPhase('sync', NOW), ended: 2, taken: 2, endedAt: NOW };
    const goesOn = { ...newPhase('plan', NOW), ended: 1, taken: 3 };

    expect(runningCycle('work:once:1', { startedAt: NOW, phases: [done, goesOn] })).toEqual({
      ...{ id: 'work:once:1', startedAt: NOW },
      ...{ phase: 'plan', ended: 1, taken: 3 },
    });
    expect(runningCycle('work:once:1', null)).toEqual({
      ...{ id: 'work:once:1', startedAt: null },
      ...{ phase: null, ended: 0, taken: 0 },
    });
  });
});

describe('what to begin with', () => {
  const open = (number: number, over: Partial<LedgerIssue> = {}): LedgerIssue => ({
    ...anObservedIssue({ labels: [] }),
    ...{ number, repositoryId: 'R_1', repository: 'octo/hello', gone: null, progress: null },
    ...over,
  });
  const progress = (over: Partial<ProgressLine>): ProgressLine => ({
    ...{ phase: 'plan', planState: 'approved', implementationState: 'none', waitsFor: 'nobody', paused: false },
    ...{
      outcome: null,
      reviewed: false,
      pullRequest: null,
      agent: null,
      costUsd: 0,
      failure: null,
      workflowId: 'w',
      at: NOW,
    },
    ...over,
  });

  it('is an approved plan, then an issue with a label that selects it, then any', () => {
    const approved = open(3, { progress: progress({}) });
    const labelled = open(2, { labels: ['ghw'] });
    const merged = open(4, { progress: progress({ phase: 'done', implementationState: 'merged' }) });

    expect(firstCommand([open(1), labelled, approved], ['ghw'])).toBe('ghw issues implement octo/hello#3');
    expect(firstCommand([open(1), labelled, merged], ['ghw'])).toBe('ghw issues plan octo/hello#2');
    expect(firstCommand([open(1), labelled], [])).toBe('ghw issues plan octo/hello#1');
    expect(firstCommand([merged], [])).toBeUndefined();
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
    [{ planState: 'needs_clarification' }, 'plan waiting for an answer', 'ghw issues questions octo/hello#1'],
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
