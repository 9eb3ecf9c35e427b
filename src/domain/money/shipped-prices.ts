import type { ModelPrice, PriceTable } from './prices.ts';

/** The providers' list prices as far as they are known here. `prices.models` in the configuration comes before them. */
export const shippedPrices: PriceTable = {
  models: {
    'claude-opus-': anthropic(5, 25),
    'claude-opus-4-0': anthropic(15, 75),
    'claude-opus-4-1': anthropic(15, 75),
    'claude-opus-4-2025': anthropic(15, 75),
    'claude-3-opus': anthropic(15, 75),
    'claude-sonnet-': anthropic(3, 15),
    'claude-3-5-sonnet': anthropic(3, 15),
    'claude-3-7-sonnet': anthropic(3, 15),
    'claude-haiku-': anthropic(1, 5),
    'claude-3-5-haiku': anthropic(0.8, 4),
    'gpt-5': tenth(1.25, 10),
    'gpt-5.2': tenth(1.75, 14),
    'gpt-5-pro': { input: 15, cached_input: 15, output: 120 },
    'gpt-5-mini': tenth(0.25, 2),
    'gpt-5-nano': tenth(0.05, 0.4),
    'gpt-4.1': { input: 2, cached_input: 0.5, output: 8 },
    'gpt-4.1-mini': { input: 0.4, cached_input: 0.1, output: 1.6 },
    o3: { input: 2, cached_input: 0.5, output: 8 },
    'o4-mini': { input: 1.1, cached_input: 0.275, output: 4.4 },
    'gemini-2.5-pro': tenth(2.5, 15),
    'gemini-2.5-flash': tenth(0.3, 2.5),
    'gemini-2.5-flash-lite': tenth(0.1, 0.4),
    'gemini-3': tenth(4, 18),
    'gemini-3-flash': tenth(0.5, 3),
  },
  // Rather too much than too little: a budget that ends early is noticed, one that does not hold is paid for.
  unknown: anthropic(5, 25),
};

/** Reading the cache costs a tenth of input, writing it a quarter more. */
function anthropic(input: number, output: number): ModelPrice {
  return { input, cached_input: input / 10, cache_write: input * 1.25, output };
}

function tenth(input: number, output: number): ModelPrice {
  return { input, cached_input: input / 10, output };
}
