import { describe, expect, it } from '@jest/globals';
import { wholeSelection, type CycleState, type PhaseError } from '../../../src/domain/cycle/cycle.ts';
import { cycleTags, hasFailures } from '../../../src/domain/cycle/describe.ts';
import { cycleStatistics } from '../../../src/domain/cycle/statistics.ts';
import { describeRequest, summarizeRequest } from '../../../src/domain/cycle/summary.ts';
import { newPhase, withError } from '../../../src/domain/cycle/tally.ts';
import { cyclePhases } from '../../../src/domain/cycle/phases.ts';

const START = '2026-01-01T00:00:00.000Z';

function aState(over: Partial<CycleState> = {}): CycleState {
  const request = {
    name: 'nightly',
    selection: wholeSelection,
    phases: cyclePhases,
    choices: {},
    dryRun: false,
    frequency: '1h',
    intervalMs: 3_600_000,
  };
  return { request, plan: null, phases: [], startedAt: START, endedAt: START, outcome: 'done', errors: [], ...over };
}

function anError(where: string | null, severity: PhaseError['severity'] = 'warning'): PhaseError {
  return { severity, name: 'Internal', message: 'broken', where };
}

describe('the statistics of past cycles', () => {
  it('count outcomes, and errors by phase and repository', () => {
    const plan = [anError('octo/a#1'), anError('octo/a#2'), anError('octo/b#1')].reduce(
      withError,
      newPhase('plan', START),
    );
    const sync = withError(newPhase('sync', START), anError('octo/b'));
    const cycles = [
      { outcome: 'done', state: aState({ phases: [sync, plan] }) },
      { outcome: 'failed', state: aState({ errors: [anError(null, 'fatal')] }) },
      { outcome: 'failed', state: null },
    ];

    expect(cycleStatistics(cycles)).toEqual({
      cycles: 3,
      outcomes: { done: 1, failed: 2 },
      byPhase: { sync: 1, plan: 3, cycle: 1 },
      byRepository: { 'octo/a': 2, 'octo/b': 2 },
      failedInARow: 0,
    });
  });

  it.each([
    [['running', 'failed', 'backed_off', 'failed', 'done', 'failed'], 2],
    [['done', 'failed'], 0],
    [['failed', 'failed'], 2],
    [[], 0],
  ])('know that of %j, newest first, so many failed in a row: %i', (outcomes, failedInARow) => {
    expect(cycleStatistics(outcomes.map((outcome) => ({ outcome, state: null })))).toMatchObject({ failedInARow });
  });
});

describe('a cycle, to be found in a list', () => {
  it('has its name and outcome, and whether anything failed', () => {
    expect(cycleTags(aState())).toEqual(['cycle:nightly', 'outcome:done']);
    const failed = withError({ ...newPhase('plan', START), failed: 1 }, anError('octo/a#1'));
    expect(cycleTags(aState({ phases: [failed] }))).toEqual(['cycle:nightly', 'outcome:done', 'failures']);
    expect(hasFailures(aState({ outcome: 'failed' }))).toBe(true);
  });
});

describe('what a cycle is asked for', () => {
  it('is one line for people', () => {
    const { request } = aState();
    expect(summarizeRequest(request)).toBe('all repositories');
    const narrow = {
      ...request,
      phases: ['sync', 'plan'] as const,
      dryRun: true,
      choices: { plan: { agent: 'scripted', model: 'small' } },
      selection: {
        repositories: ['octo/*'],
        numbers: [
          [1, 10],
          [42, 42],
        ] as const,
        labels: [],
        notLabels: ['wip'],
        since: START,
        assignee: 'ana',
        priority: 2,
      },
    };
    expect(summarizeRequest(narrow)).toBe(
      `octo/*; #1-10,42; any label or none; without label wip; updated since ${START}; assigned to ana; ` +
        'priority high or above; only sync, plan; plan by scripted small; dry run',
    );
  });

  it('cannot become structure in Markdown', () => {
    const { request } = aState();
    const text = describeRequest({ ...request, selection: { ...wholeSelection, labels: ['a|b\n# c'] } });

    expect(text).toContain('a\\|b \\# c');
    expect(text).toContain('| Schedule | work:nightly, every 1h |');
  });
});
