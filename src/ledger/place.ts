import { GhwError } from '../domain/errors.ts';

/**
 * What a database's URL says of where it is, for people: never a user's password.
 *
 * @throws GhwError `InvalidConfiguration` if it is none of PostgreSQL's
 */
export function ledgerPlace(url: string): string {
  const parsed = parse(url);
  if (!parsed || !['postgres:', 'postgresql:'].includes(parsed.protocol)) throw notAUrl();
  const host = [parsed.host, parsed.searchParams.get('host')].find(Boolean) ?? 'this machine';
  return `${host}${parsed.pathname === '/' ? '' : parsed.pathname}`;
}

function parse(url: string): URL | undefined {
  try {
    const parsed = new URL(url);
    for (const part of [parsed.username, parsed.password, parsed.pathname]) decodeURIComponent(part);
    return parsed;
  } catch {
    return undefined;
  }
}

/** Without a cause: the parser's own error holds the whole URL. */
function notAUrl(): GhwError {
  return new GhwError('InvalidConfiguration', "The ledger's address is not a PostgreSQL URL.", {
    hint:
      'Set DATABASE_URL to postgresql://user:password@host:5432/database, or database.url, its password as ${NAME}; ' +
      'in a password, write each of #/:?@% as its percent code, such as %2F for /.',
  });
}
