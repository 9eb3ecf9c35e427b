import { describe, expect, it } from '@jest/globals';
import { isBusinessHours } from '../../../src/domain/schedule/business-hours.ts';
import { dueRepositories, restReason, type LookPlan } from '../../../src/domain/schedule/due.ts';
import { isTimeZone } from '../../../src/domain/schedule/time-zone.ts';

const always: LookPlan = {
  active: true,
  isCritical: false,
  priority: 3,
  pollingIntervalMs: null,
  timeZone: 'UTC',
  businessHours: [],
  lastLookAt: null,
};
const MINUTE = 60_000;

function at(text: string): Date {
  return new Date(text);
}

describe('business hours', () => {
  it.each([
    'Mon-Fri 09:00-17:30',
    'sat,sun 10:00-14:00',
    'Sun-Thu 22:00-06:00',
    'Fri-Mon 00:00-24:00',
    'Mon 09:00-09:01',
  ])('may be %s', (text) => {
    expect(isBusinessHours(text)).toBe(true);
  });

  it.each([
    '',
    '9-17',
    'Mon-Fri',
    'Mon-Fri 9:00-17:00',
    'Mon-Fri 09:00-25:00',
    'Mon-Fri 09:60-10:00',
    'Mox 09:00-17:00',
  ])('are not %j', (text) => {
    expect(isBusinessHours(text)).toBe(false);
  });

  it.each(['Mon-Wed-Fri 09:00-17:00', 'Mon 24:00-09:00', 'Mon 09:00-09:00', 'Mon, Tue 09:00-17:00'])(
    'are not %j either',
    (text) => {
      expect(isBusinessHours(text)).toBe(false);
    },
  );

  // 2026-01-30 is a Friday.
  it.each([
    ['Mon-Fri 09:00-17:00', 'UTC', '2026-01-30T09:00Z', true],
    ['Mon-Fri 09:00-17:00', 'UTC', '2026-01-30T08:59Z', false],
    ['Mon-Fri 09:00-17:00', 'UTC', '2026-01-30T17:00Z', false],
    ['Mon-Fri 09:00-17:00', 'UTC', '2026-01-31T12:00Z', false],
    ['Fri-Mon 00:00-24:00', 'UTC', '2026-02-01T23:59Z', true],
    // In winter Berlin is an hour ahead, in summer two.
    ['Mon-Fri 09:00-17:00', 'Europe/Berlin', '2026-01-30T08:00Z', true],
    ['Mon-Fri 09:00-17:00', 'Europe/Berlin', '2026-07-31T07:00Z', true],
    ['Mon-Fri 09:00-17:00', 'Europe/Berlin', '2026-07-31T15:00Z', false],
    // The night in which clocks go forward has no 02:30; the one in which they go back has it twice.
    ['Sun 02:00-03:00', 'Europe/Berlin', '2026-03-29T00:59Z', false],
    ['Sun 02:00-03:00', 'Europe/Berlin', '2026-03-29T01:00Z', false],
    ['Sun 02:00-03:00', 'Europe/Berlin', '2026-10-25T00:30Z', true],
    ['Sun 02:00-03:00', 'Europe/Berlin', '2026-10-25T01:30Z', true],
    // Where it is another day already.
    ['Sat 00:00-12:00', 'Pacific/Auckland', '2026-01-30T12:00Z', true],
    // Through the night: it belongs to the day on which it begins.
    ['Fri 22:00-06:00', 'UTC', '2026-01-30T23:00Z', true],
    ['Fri 22:00-06:00', 'UTC', '2026-01-31T05:59Z', true],
    ['Fri 22:00-06:00', 'UTC', '2026-01-30T05:59Z', false],
    ['Fri 22:00-06:00', 'UTC', '2026-01-31T06:00Z', false],
  ])('%s in %s hold %s: %s', (hours, timeZone, now, isDue) => {
    const reason = restReason({ ...always, timeZone, businessHours: [hours] }, at(now));

    expect(reason).toBe(isDue ? null : 'business_hours');
  });

  it('are any of those that are told', () => {
    const plan = { ...always, businessHours: ['Mon-Fri 09:00-17:00', 'Sat 10:00-12:00'] };

    expect(restReason(plan, at('2026-01-31T11:00Z'))).toBeNull();
  });

  it('do not bind a critical repository', () => {
    const plan = { ...always, isCritical: true, businessHours: ['Mon 09:00-10:00'] };

    expect(restReason(plan, at('2026-01-31T11:00Z'))).toBeNull();
  });
});

describe('time zones', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Mars/Olympus', false],
    ['+02:00', false],
    ['', false],
  ])('%s: %s', (name, isKnown) => {
    expect(isTimeZone(name)).toBe(isKnown);
  });
});

describe('the polling interval', () => {
  const now = at('2026-01-30T12:00:00Z');
  const lookedAgo = (ms: number): LookPlan => ({
    ...always,
    pollingIntervalMs: 15 * MINUTE,
    lastLookAt: new Date(now.getTime() - ms).toISOString(),
  });

  it.each([
    ['never looked at', { ...always, pollingIntervalMs: MINUTE }, null],
    ['looked at long ago', lookedAgo(16 * MINUTE), null],
    ['looked at just now', lookedAgo(5 * MINUTE), 'polling_interval'],
    ['a cycle that started a few seconds early', lookedAgo(15 * MINUTE - 20_000), null],
    ['a clock that was set back', lookedAgo(-MINUTE), null],
    ['no interval of its own', { ...lookedAgo(1), pollingIntervalMs: null }, null],
    ['inactive', { ...always, active: false }, 'inactive'],
  ])('%s', (_, plan, reason) => {
    expect(restReason(plan, now)).toBe(reason);
  });
});

describe('due repositories', () => {
  it('come by urgency, then by who waits longest; the others are named with their reason', () => {
    const now = at('2026-01-30T12:00:00Z');
    const named = (name: string, plan: Partial<LookPlan>) => ({ ...always, ...plan, name });

    const { due, resting } = dueRepositories(
      [
        named('low', { priority: 4 }),
        named('seen', { priority: 2, lastLookAt: '2026-01-30T11:00:00Z' }),
        named('unseen', { priority: 2 }),
        named('vital', { priority: 3, isCritical: true }),
        named('off', { active: false }),
        named('closed', { businessHours: ['Sat 10:00-12:00'] }),
      ],
      now,
    );

    expect(due.map(({ name }) => name)).toEqual(['vital', 'unseen', 'seen', 'low']);
    expect(resting.map(({ reason, repository }) => [repository.name, reason])).toEqual([
      ['off', 'inactive'],
      ['closed', 'business_hours'],
    ]);
  });
});
