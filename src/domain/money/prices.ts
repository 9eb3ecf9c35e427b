import type { TokenUsage } from '../agent-run.ts';

/** What a model costs, in US dollars per million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly cached_input: number;
  /** What is written to the provider's cache; the price of input where it is not said. */
  readonly cache_write?: number | null | undefined;
  readonly output: number;
}

/** Prices by a model's name or the beginning of it, and one for models that are not in the list. */
export interface PriceTable {
  readonly models: Readonly<Record<string, ModelPrice>>;
  readonly unknown: ModelPrice;
}

/** Tokens of one call. What was written to the cache is part of `inputTokens`, and told apart for its price. */
export interface ModelUsage extends TokenUsage {
  readonly cacheWriteTokens?: number;
}

/**
 * A model's price: that of the longest name in the table with which its name begins. Gateways put a provider's name
 * before a model's (`anthropic/claude-…`), which is left out where the table does not have it.
 *
 * @returns the price, and whether the table has it
 */
export function priceOf(prices: PriceTable, model: string): { readonly price: ModelPrice; readonly known: boolean } {
  const names = [model, model.slice(model.lastIndexOf('/') + 1)];
  for (const name of names) {
    const key = Object.keys(prices.models)
      .filter((candidate) => name.startsWith(candidate))
      .reduce<string | null>((best, next) => (best === null || next.length > best.length ? next : best), null);
    const price = key === null ? undefined : prices.models[key];
    if (price !== undefined) return { price, known: true };
  }
  return { price: prices.unknown, known: false };
}

/** What a call costs, in US dollars. */
export function costOf(prices: PriceTable, model: string, usage: ModelUsage): number {
  const { price } = priceOf(prices, model);
  const written = Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens);
  const perMillion =
    (usage.inputTokens - written) * price.input +
    written * (price.cache_write ?? price.input) +
    usage.cachedInputTokens * price.cached_input +
    usage.outputTokens * price.output;
  return perMillion / 1_000_000;
}
