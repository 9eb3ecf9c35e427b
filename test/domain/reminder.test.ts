import { describe, expect, it } from '@jest/globals';
import type { IssueState } from '../../src/domain/issue-state.ts';
import { nextReminderAt, noteWaiting, withReminderDue, withReminderGiven } from '../../src/domain/reminder.ts';
import { nextStep } from '../../src/domain/next-step.ts';
import { aPolicy, aPullRequest, issueThat, send, synced } from './builders.ts';

const HOUR = 3_600_000;
const NOON = '2026-01-03T12:00:00.000Z';
const policy = aPolicy({ approval: { reminderMs: 24 * HOUR, remindAgainMs: 72 * HOUR, commentCommands: true } });

function reminding(state: IssueState): IssueState {
  return noteWaiting({ ...state, policy }, NOON);
}

function afterNoon(state: IssueState): number | null {
  const at = nextReminderAt(state);
  return at === null ? null : (at - Date.parse(NOON)) / HOUR;
}

describe('a reminder', () => {
  it('is due after the configured time, and then again and again, five times at most', () => {
    let state = reminding(issueThat.hasPlan());
    const times: (number | null)[] = [];
    for (let round = 0; round < 6; round += 1) {
      times.push(afterNoon(state));
      state = withReminderGiven(withReminderDue(state));
    }

    expect(times).toEqual([24, 96, 168, 240, 312, null]);
  });

  it('is a step of its own once it is due, behind all other work', () => {
    const state = withReminderDue(reminding(issueThat.hasPlan()));
    const shown = { ...state, plan: { ...state.plan, comment: null } };

    expect(nextStep(shown)?.kind).toBe('publishPlan');
    expect(nextStep({ ...state, plan: { ...state.plan, state: 'failed' as const } })?.kind).toBe('remind');
  });

  it('begins anew when something else waits', () => {
    const state = withReminderGiven(reminding(issueThat.hasPlan()));
    const edited = noteWaiting(send(state, 'editPlan', { text: 'Another plan.' }), '2026-01-04T00:00:00.000Z');

    expect(edited.waiting).toMatchObject({ since: '2026-01-04T00:00:00.000Z', reminded: 0 });
  });

  it.each<[string, () => IssueState]>([
    ['nothing was asked for', issueThat.isNew],
    ['an agent works', issueThat.isImplementing],
    ['the issue is paused', () => send(issueThat.hasPlan(), 'pause')],
    ['the issue is over', () => synced(issueThat.hasPlan(), { state: 'closed' })],
    ['a pull request is open', () => synced(issueThat.isNew(), { ownPullRequest: aPullRequest() })],
  ])('is not given while %s', (_, state) => {
    expect(nextReminderAt(reminding(state()))).toBeNull();
  });

  it('is not given where none is configured', () => {
    const never = aPolicy({ approval: { reminderMs: null, remindAgainMs: HOUR, commentCommands: true } });

    expect(nextReminderAt(noteWaiting({ ...issueThat.hasPlan(), policy: never }, NOON))).toBeNull();
  });

  it('leaves every decision where it was', () => {
    const before = reminding(issueThat.hasPlan());
    const after = withReminderGiven(withReminderDue(before));

    expect({ ...after, waiting: null }).toEqual({ ...before, waiting: null });
  });
});
