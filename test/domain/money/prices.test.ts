import { describe, expect, it } from '@jest/globals';
import { costOf, priceOf, type PriceTable } from '../../../src/domain/money/prices.ts';
import { shippedPrices } from '../../../src/domain/money/shipped-prices.ts';

const prices: PriceTable = {
  models: {
    'big-': { input: 10, cached_input: 1, cache_write: 12.5, output: 50 },
    'big-mini': { input: 1, cached_input: 0.1, output: 5 },
  },
  unknown: { input: 20, cached_input: 20, output: 100 },
};

describe('what a call costs', () => {
  it.each([
    [
      'the longest name with which the model begins',
      'big-mini-2026',
      { price: prices.models['big-mini'], known: true },
    ],
    ['a beginning', 'big-one', { price: prices.models['big-'], known: true }],
    ['a name behind a provider', 'maker/big-one', { price: prices.models['big-'], known: true }],
    ['no name in the table', 'other', { price: prices.unknown, known: false }],
    ['a name that only begins like one in the table', 'big', { price: prices.unknown, known: false }],
  ])('takes the price of %s', (_what, model, found) => {
    expect(priceOf(prices, model)).toEqual(found);
  });

  it('adds input, what the cache was read and written for, and output', () => {
    const usage = { inputTokens: 100_000, cacheWriteTokens: 40_000, cachedInputTokens: 500_000, outputTokens: 10_000 };

    expect(costOf(prices, 'big-one', usage)).toBeCloseTo(0.6 + 0.5 + 0.5 + 0.5);
    expect(costOf(prices, 'big-mini', usage)).toBeCloseTo(0.1 + 0.05 + 0.05);
  });

  it('has prices for the models of every provider that there is an agent for', () => {
    const models = ['claude-sonnet-4-5', 'claude-opus-4-5', 'gpt-5.1-codex', 'gemini-2.5-flash', 'openai/gpt-5-mini'];

    expect(models.filter((model) => !priceOf(shippedPrices, model).known)).toEqual([]);
    expect(priceOf(shippedPrices, 'gpt-6').known).toBe(false);
  });
});
