import { describe, expect, it } from '@jest/globals';
import { createSpendMeter } from '../../src/agents/spend-meter.ts';

const price = { input: 1_000_000, cached_input: 0, output: 0 };
const prices = { models: {}, unknown: price };
const tokens = (inputTokens: number) => ({ inputTokens, outputTokens: 2, cachedInputTokens: 3 });

describe('a spend meter', () => {
  it('adds up what calls used and what that costs', () => {
    const meter = createSpendMeter({ prices });

    meter.record('m', tokens(1));
    meter.record('m', tokens(4));

    expect(meter.spentUsd).toBe(5);
    expect(meter.usage).toEqual({ inputTokens: 5, outputTokens: 4, cachedInputTokens: 6 });
    expect(meter.admit()).toBe(true);
  });

  it('admits calls until the limit is reached, and again once it is raised', () => {
    const meter = createSpendMeter({ prices, limitUsd: 2 });
    const admitted = [meter.admit()];

    meter.record('m', tokens(1));
    admitted.push(meter.admit());
    meter.record('m', tokens(1));
    admitted.push(meter.admit());
    meter.limitUsd = 3;
    admitted.push(meter.admit());

    expect(admitted).toEqual([true, true, false, true]);
  });

  it('tells of every change, for as long as it is listened to', () => {
    const meter = createSpendMeter({ prices });
    const seen: number[] = [];
    const end = meter.onChange(() => seen.push(meter.spentUsd));

    meter.record('m', tokens(1));
    meter.limitUsd = 9;
    end();
    meter.record('m', tokens(1));

    expect(seen).toEqual([1, 1]);
  });
});
