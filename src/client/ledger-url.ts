import { GhwError } from '../domain/errors.ts';
import { readEmbeddedStack } from './embedded-stack.ts';

export interface LedgerUrlOptions {
  /** `database.url` of the configuration. */
  readonly configured: string | null;
  /** See `embeddedStackFile`. */
  readonly embeddedFile: string;
  /** Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * The ledger that is named: by `DATABASE_URL`, else by the configuration; null if by neither, so that the embedded one
 * is meant.
 */
export function namedLedger({ configured, env = process.env }: Omit<LedgerUrlOptions, 'embeddedFile'>): string | null {
  return [env.DATABASE_URL, configured].find((url) => url) ?? null;
}

/**
 * Finds the ledger: `DATABASE_URL`, else the configuration, else the one that `ghw up` runs.
 *
 * @throws GhwError `LedgerUnreachable` if there is none
 */
export async function resolveLedgerUrl(options: LedgerUrlOptions): Promise<string> {
  const url = namedLedger(options) ?? (await readEmbeddedStack(options.embeddedFile))?.ledgerUrl;
  if (url) return url;
  throw new GhwError('LedgerUnreachable', 'No ledger is running here, and none is configured.', {
    hint: 'Start one with `ghw up`, or name a PostgreSQL: DATABASE_URL, or `ghw config set database.url postgresql://…`.',
    retryable: false,
  });
}
