import { z } from 'zod';
import { shippedPrices } from '../../domain/money/shipped-prices.ts';
import { model, section } from '../fields.ts';

const unknownPrice = { cache_write: null, ...shippedPrices.unknown };

const usd = z.number().min(0).max(100_000);

const price = {
  input: usd.describe('What the model reads.'),
  cached_input: usd.describe('What it reads from the provider’s cache.'),
  cache_write: usd.nullable().describe('What is written to that cache; null for the price of input.'),
  output: usd.describe('What the model writes, thoughts included.'),
};

/** What models cost. */
export const pricesSection = section(
  'What models cost, in US dollars per million tokens, for budgets and reports.',
  {
    models: z
      .array(
        z.strictObject({
          model: model.describe('Its name, or the beginning of it.'),
          ...price,
          cache_write: price.cache_write.optional(),
        }),
      )
      .max(1000)
      .describe('Models and their prices; these come before the list that gh-worker brings along.'),
    unknown: section('What a model costs that is in no list.', price, unknownPrice),
  },
  { models: [], unknown: unknownPrice },
);
