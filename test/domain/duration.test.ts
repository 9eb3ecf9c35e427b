import { describe, expect, it } from '@jest/globals';
import { formatDuration, parseDuration, parseMoment } from '../../src/domain/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['2d12h', 216_000_000],
    ['90m', 5_400_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '10', 'm', '30m1h', '1h1h', '-1h', '1.5h', '1 h', '1H', '1w', '10m\n'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(
      expect.objectContaining({ name: 'InvalidInput', message: `${JSON.stringify(text)} is not a duration.` }),
    );
  });

  it('refuses no time at all, and more than ten years', () => {
    expect(() => parseDuration('0m')).toThrow('is no time at all');
    expect(() => parseDuration('9999999999d')).toThrow('is longer than ten years');
  });
});

describe('formatDuration', () => {
  it.each([30_000, 600_000, 5_400_000, 216_000_000, 90_061_000])('is read back as it was written: %d ms', (ms) => {
    expect(parseDuration(formatDuration(ms))).toBe(ms);
  });

  it('rounds to whole seconds', () => {
    expect(formatDuration(59_700)).toBe('1m');
    expect(formatDuration(12)).toBe('0s');
  });
});

describe('parseMoment', () => {
  const now = new Date('2026-03-01T12:00:00Z');

  it.each([
    ['7d', '2026-02-22T12:00:00.000Z'],
    ['1h30m', '2026-03-01T10:30:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T09:00Z', '2026-01-31T09:00:00.000Z'],
    ['2026-01-31T09:00:30+02:00', '2026-01-31T07:00:30.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('reads %s', (text, moment) => {
    expect(parseMoment(text, now)).toBe(moment);
  });

  it.each([
    ['yesterday', 'is not a duration'],
    ['', 'is not a duration'],
    ['0d', 'is no time at all'],
    ['99999d', 'is longer than ten years'],
    ['2026-1-1', 'is neither a date nor a time with its zone'],
    ['2026-01-31T09:00', 'is neither a date nor a time with its zone'],
    ['2026-02-30', 'is on no calendar'],
    ['2026-13-01', 'is on no calendar'],
    ['2026-02-30T09:00Z', 'is on no calendar'],
    ['2026-01-31T25:00Z', 'is on no calendar'],
    ['2026-03-02', 'lies in the future'],
  ])('refuses %j: it %s', (text, what) => {
    expect(() => parseMoment(text, now)).toThrow(
      expect.objectContaining({
        name: 'InvalidInput',
        message: `${JSON.stringify(text)} ${what}.`,
        hint: expect.stringContaining('7d') as unknown,
      }),
    );
  });
});
