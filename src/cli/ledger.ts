import { embeddedStackFile } from '../client/embedded-stack.ts';
import { resolveLedgerUrl } from '../client/ledger-url.ts';
import type { Config } from '../config/schema.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Whoever has to wait longer than this is told so. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A command asks several things at once. */
const CONNECTIONS = 2;

/**
 * The ledger that a configuration and an environment name, for a command.
 *
 * @throws GhwError `LedgerUnreachable` if they name none, or it does not answer; `LedgerFailed`
 */
export async function openLedgerOf(config: Config, env: NodeJS.ProcessEnv): Promise<Ledger> {
  const [{ openLedger }, url] = await Promise.all([
    import('../ledger/open-ledger.ts'),
    resolveLedgerUrl({ configured: config.database.url, embeddedFile: embeddedStackFile(config.data_path), env }),
  ]);
  return openLedger(url, { connections: CONNECTIONS, connectTimeoutMs: CONNECT_TIMEOUT_MS });
}
