import type { Config } from '../config/schema.ts';
import type { PriceTable } from '../domain/money/prices.ts';
import { shippedPrices } from '../domain/money/shipped-prices.ts';
import type { CageLimits } from '../sandbox/sandbox.ts';

const MIB = 1_048_576;

/** What one run may take, as configured. */
export function cageLimits({ sandbox: { limits } }: Pick<Config, 'sandbox'>): CageLimits {
  return {
    memoryBytes: bytes(limits.memory_mib),
    processes: limits.processes,
    cpus: limits.cpus,
    diskBytes: bytes(limits.disk_mib),
    fileBytes: bytes(limits.file_mib),
    tmpBytes: bytes(limits.tmp_mib),
  };
}

/** The configured prices, before those that gh-worker brings along. */
export function priceTable({ prices }: Pick<Config, 'prices'>): PriceTable {
  const configured = Object.fromEntries(prices.models.map(({ model, ...price }) => [model, price]));
  return { models: { ...shippedPrices.models, ...configured }, unknown: prices.unknown };
}

function bytes(mebibytes: number | null): number | null {
  return mebibytes === null ? null : mebibytes * MIB;
}
