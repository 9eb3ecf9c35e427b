import { describe, expect, it } from '@jest/globals';
import { exitCodeOfEnd, fatalErrorOf, issueLine, summaryOf } from '../../../src/cli/work-cycle/texts.ts';
import type { CycleEnd } from '../../../src/client/work-cycle/follow-cycle.ts';
import { type CycleState, type IssueEnd, type PhaseError, wholeSelection } from '../../../src/domain/cycle/cycle.ts';
import { cyclePhases } from '../../../src/domain/cycle/phases.ts';
import { newPhase, withError } from '../../../src/domain/cycle/tally.ts';

const START = '2026-01-01T00:00:00.000Z';

function anEnd(over: Partial<CycleState> = {}): CycleEnd {
  const state: CycleState = {
    request: {
      name: 'once',
      selection: wholeSelection,
      phases: cyclePhases,
      choices: {},
      dryRun: false,
      frequency: null,
      intervalMs: null,
    },
    plan: null,
    phases: [newPhase('sync', START)],
    startedAt: START,
    endedAt: START,
    outcome: 'done',
    errors: [],
    ...over,
  };
  return { id: 'work:once:1', outcome: state.outcome === 'running' ? 'done' : state.outcome, state };
}

const warning: PhaseError = { severity: 'warning', name: 'GitHubUnavailable', message: 'away', where: 'octo/a' };
const fatal: PhaseError = { severity: 'fatal', name: 'LedgerUnreachable', message: 'gone', where: null };

describe('the exit code after a cycle', () => {
  const withWarning = anEnd({ phases: [withError(newPhase('sync', START), warning)] });

  it('is 0 although something failed, unless --fail-on-error', () => {
    expect([exitCodeOfEnd(anEnd(), true), exitCodeOfEnd(withWarning, false), exitCodeOfEnd(withWarning, true)]).toEqual(
      [0, 0, 1],
    );
    expect(exitCodeOfEnd(anEnd({ phases: [{ ...newPhase('plan', START), failed: 1 }] }), true)).toBe(1);
  });

  it('is that of what the cycle failed with as a whole', () => {
    const end = anEnd({ outcome: 'failed', phases: [withError(newPhase('sync', START), fatal)] });

    expect(exitCodeOfEnd(end, false)).toBe(6);
    expect(fatalErrorOf(end)).toMatchObject({ name: 'LedgerUnreachable', message: 'gone' });
    expect(exitCodeOfEnd(anEnd({ outcome: 'cancelled' }), false)).toBe(1);
    expect(exitCodeOfEnd(anEnd({ outcome: 'backed_off' }), true)).toBe(0);
  });
});

describe('the line about an issue', () => {
  const of = (outcome: IssueEnd['outcome'], reason: string | null = null): IssueEnd => ({
    repository: 'octo/a',
    number: 7,
    outcome,
    reason,
  });

  it.each([
    ['plan', of('done'), 'octo/a#7: plan written; next: ghw plans review octo/a#7'],
    ['implement', of('done'), 'octo/a#7: implemented; next: ghw implementations review octo/a#7'],
    ['implement', of('failed', 'no luck'), 'octo/a#7: failed: no luck; again: ghw issues implement octo/a#7 --force'],
    ['plan', of('failed'), 'octo/a#7: failed; again: ghw issues plan octo/a#7'],
    ['review', of('skipped', 'closed'), 'octo/a#7: skipped: closed'],
    ['plan', of('waiting_for_person', 'paused'), 'octo/a#7: waits for a person: paused'],
    ['plan', of('already_running'), 'octo/a#7: already running; follow it: ghw issues follow octo/a#7'],
    ['plan', of('still_running'), 'octo/a#7: still running; follow it: ghw issues follow octo/a#7'],
    ['review', of('would_take'), 'octo/a#7: would be reviewed'],
  ] as const)('%s %j', (phase, end, line) => {
    expect(issueLine(phase, end)).toBe(line);
  });
});

describe('the summary', () => {
  it('has the banner only after phases', () => {
    expect(summaryOf('done', anEnd().state, undefined)).toContain('=== Work cycle completed ===');
    expect(summaryOf('failed', anEnd({ phases: [] }).state, undefined)).toBe('');
    expect(summaryOf('cancelled', anEnd().state, undefined)).toContain(
      'Work cycle cancelled; what runs goes on by itself.',
    );
    expect(summaryOf('cancelled', null, undefined)).toBe('Work cycle cancelled; what runs goes on by itself.');
  });
});
