import { describe, expect, it } from '@jest/globals';
import { formatDuration, parseDuration } from '../../src/domain/duration.ts';

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
