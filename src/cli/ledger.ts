import { embeddedStackFile } from '../client/embedded-stack.ts';
import { resolveLedgerUrl } from '../client/ledger-url.ts';
import type { Config } from '../config/schema.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** A command reads; who has to wait longer than this is told so. */
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * The ledger that a configuration and an environment name, else the one that `ghw up` runs.
 *
 * @throws GhwError `LedgerUnreachable` if there is none, or it does not answer
 */
export async function openLedgerOf(config: Config, env: NodeJS.ProcessEnv): Promise<Ledger> {
  const embeddedFile = embeddedStackFile(config.data_path);
  const url = await resolveLedgerUrl({ configured: config.database.url, embeddedFile, env });
  const { openLedger } = await import('../ledger/open-ledger.ts');
  return openLedger(url, { connections: 2, connectTimeoutMs: CONNECT_TIMEOUT_MS });
}
