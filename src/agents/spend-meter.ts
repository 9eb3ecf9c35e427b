import { addUsage, noUsage, type TokenUsage } from '../domain/agent-run.ts';
import { costOf, type ModelUsage, type PriceTable } from '../domain/money/prices.ts';
import { shippedPrices } from '../domain/money/shipped-prices.ts';

/**
 * What one run has spent, counted as the model's answers pass the gateway and not by the agent's own word. The limit
 * may be raised while the run goes on.
 */
export interface SpendMeter {
  /** In US dollars. */
  readonly spentUsd: number;
  readonly usage: TokenUsage;
  /** In US dollars, of this run alone; null for none. */
  limitUsd: number | null;
  /** How long the provider asked to wait when it last refused a call, in milliseconds; null once it has answered one. */
  waitMs: number | null;
  /** Whether another call may be made. Calls under way have to be reckoned with by whoever asks. */
  admit(): boolean;
  /** What a call has used. */
  record(model: string, usage: ModelUsage): void;
  /** What an agent says that it spent, in US dollars, where its calls do not pass the gateway. */
  charge(usd: number): void;
  /** What a call with this usage costs, in US dollars. */
  price(model: string, usage: ModelUsage): number;
  /** Called after every record and every change of the limit. @returns ends the calls */
  onChange(listener: () => void): () => void;
}

export interface SpendMeterOptions {
  readonly prices?: PriceTable;
  readonly limitUsd?: number | null;
}

export function createSpendMeter({ prices = shippedPrices, limitUsd = null }: SpendMeterOptions = {}): SpendMeter {
  const listeners = new Set<() => void>();
  let limit = limitUsd;
  let spentUsd = 0;
  let usage = noUsage;
  const changed = (): void => listeners.forEach((listener) => listener());

  return {
    waitMs: null,
    get spentUsd() {
      return spentUsd;
    },
    get usage() {
      return usage;
    },
    get limitUsd() {
      return limit;
    },
    set limitUsd(usd) {
      limit = usd;
      changed();
    },
    admit: () => limit === null || spentUsd < limit,
    record(model, used) {
      spentUsd += costOf(prices, model, used);
      usage = addUsage(usage, used);
      changed();
    },
    charge(usd) {
      spentUsd += usd;
      changed();
    },
    price: (model, used) => costOf(prices, model, used),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
