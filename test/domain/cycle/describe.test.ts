import { describe, expect, it } from '@jest/globals';
import { type CycleState, wholeSelection } from '../../../src/domain/cycle/cycle.ts';
import { describeCycle } from '../../../src/domain/cycle/describe.ts';
import { newPhase, withAnswer, withError, withStillRunning } from '../../../src/domain/cycle/tally.ts';
import { cyclePhases } from '../../../src/domain/cycle/phases.ts';

const START = '2026-01-01T00:00:00.000Z';
const target = { repository: 'octo/a_b', repositoryId: 'R_1', number: 7, priority: 3 };

function aState(over: Partial<CycleState>): CycleState {
  const request = {
    name: 'nightly',
    selection: wholeSelection,
    phases: cyclePhases,
    choices: {},
    dryRun: false,
    frequency: '1h',
    intervalMs: 3_600_000,
  };
  return { request, plan: null, phases: [], startedAt: START, endedAt: null, outcome: 'running', errors: [], ...over };
}

describe('the current details of a cycle', () => {
  it('say what is done, what waits, and what went wrong, to someone who sees nothing else', () => {
    const failed = withAnswer({ ...newPhase('plan', START), taken: 2, waitingForPerson: 1 }, target, {
      outcome: 'failed',
      reason: 'no *luck*',
      error: 'AgentCrashed',
    });
    const phases = [{ ...newPhase('sync', START), endedAt: START }, withStillRunning(failed, { ...target, number: 8 })];

    const text = describeCycle(aState({ phases }));

    expect(text.split('\n')[0]).toBe('## Cycle of nightly: running');
    expect(text).toContain('every 1h; began 2026-01-01T00:00:00.000Z');
    expect(text).toContain('| Syncing issues | ended | 0 | 0 done |');
    expect(text).toContain(
      '| Generating plans | running | 2 | 0 done, 1 failed, 1 waiting for a person, 1 still running |',
    );
    expect(text).toContain('List the workflows with `GhwWaitsFor="person"`');
    expect(text).toContain('- plan octo/a\\_b\\#7: failed: no \\*luck\\*');
    expect(text).toContain('- warning at octo/a\\_b\\#7: **AgentCrashed** no \\*luck\\*');
  });

  it('are short, however many issues there are', () => {
    const phase = Array.from({ length: 150 }, (_, index) => index).reduce(
      (result, index) => withStillRunning(result, { ...target, number: index }),
      newPhase('plan', START),
    );
    const broken = withError(phase, { severity: 'fatal', name: 'Internal', message: 'x', where: null });

    const lines = describeCycle(aState({ phases: [broken] })).split('\n');

    expect(lines.filter((line) => line.startsWith('- plan'))).toHaveLength(50);
    expect(lines.at(-1)).toBe('- fatal: **Internal** x');
  });
});
