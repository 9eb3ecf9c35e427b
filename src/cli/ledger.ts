import type { Config } from '../config/schema.ts';
import { GhwError } from '../domain/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** A command reads; who has to wait longer than this is told so. */
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * The ledger that a configuration and an environment name.
 *
 * @throws GhwError `LedgerUnreachable` if they name none, or it does not answer
 */
export async function openLedgerOf(config: Config, env: NodeJS.ProcessEnv): Promise<Ledger> {
  const url = env.DATABASE_URL ?? config.database.url;
  if (!url) {
    throw new GhwError('LedgerUnreachable', 'No ledger is running here, and none is configured.', {
      hint: 'Start one with `ghw up`, or name one: DATABASE_URL.',
      retryable: false,
    });
  }
  const { openLedger } = await import('../ledger/open-ledger.ts');
  return openLedger(url, { connections: 2, connectTimeoutMs: CONNECT_TIMEOUT_MS });
}
