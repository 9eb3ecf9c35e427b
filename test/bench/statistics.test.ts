import { describe, expect, it } from '@jest/globals';
import { percentile, spreadOf } from '../../bench/lib/statistics.ts';

describe('percentile', () => {
  const oneToTwenty = Array.from({ length: 20 }, (_, index) => 20 - index);

  it.each([
    [0, 1],
    [0.5, 10],
    [0.95, 19],
    [0.951, 20],
    [1, 20],
  ])('of 1 to 20 in any order, for the share %p, is %p', (share, expected) => {
    expect(percentile(oneToTwenty, share)).toBe(expected);
  });

  it('is the sample itself when there is one', () => {
    expect(percentile([7], 0.95)).toBe(7);
  });

  it('leaves the samples as they were', () => {
    const samples = [3, 1, 2];

    percentile(samples, 0.5);

    expect(samples).toEqual([3, 1, 2]);
  });

  it('does not exist for nothing, nor for a share beyond 0 to 1', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
    expect(() => percentile([1], 95)).toThrow(RangeError);
  });
});

describe('spreadOf', () => {
  it('orders numbers as numbers', () => {
    expect(spreadOf([100, 9, 20])).toEqual({ count: 3, min: 9, p50: 20, p95: 100, max: 100 });
  });
});
