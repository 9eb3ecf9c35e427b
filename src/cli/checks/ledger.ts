import { embeddedStackFile } from '../../client/embedded-stack.ts';
import { resolveLedgerUrl } from '../../client/ledger-url.ts';
import type { Config } from '../../config/schema.ts';
import { GhwError } from '../../domain/errors.ts';
import type { CommandContext } from '../context.ts';
import type { Check } from './check.ts';

const name = 'ledger';

/**
 * Whether the ledger answers; opening it brings its tables up to date.
 *
 * @param isEmbedded - true if it is the one that `ghw up` runs
 * @throws GhwError `LedgerUnreachable`, `LedgerFailed`, `InvalidConfiguration`
 */
export async function checkLedger(
  context: CommandContext,
  config: Config,
  isEmbedded: boolean,
): Promise<readonly Check[]> {
  const where = { configured: config.database.url, embeddedFile: embeddedStackFile(config.data_path) };
  try {
    const [{ ledgerPlace }, url] = await Promise.all([
      import('../../ledger/place.ts'),
      resolveLedgerUrl({ ...where, env: context.io.env }),
    ]);
    const repositories = await (await context.ledger()).repositories.list();
    const issues = repositories.reduce((sum, { issueCount }) => sum + issueCount, 0);
    const place = isEmbedded ? 'the embedded one' : ledgerPlace(url);
    const message = `${place}, ${String(repositories.length)} repositories, ${String(issues)} issues`;
    return [{ name, status: 'ok', message }];
  } catch (error) {
    if (!isEmbedded || !(error instanceof GhwError) || error.name !== 'LedgerUnreachable') throw error;
    return [{ name, status: 'warn', message: 'not running: it comes with Temporal', mend: 'ghw up' }];
  }
}
