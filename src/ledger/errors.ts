import { DrizzleQueryError } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import { GhwError } from '../domain/errors.ts';

/** What the system says when the other side of a connection is not there, or not any more. */
const networkCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  // Of a Unix socket.
  'ENOENT',
  // The machine has no more sockets or files to give.
  'EMFILE',
  'EADDRNOTAVAIL',
]);

/**
 * Codes and classes of codes by which a server says that it cannot at the moment: connection, transaction rolled back,
 * resources, intervention of an operator or a time-out.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const passing = /^(?:08|40|53|57)/;

/** Two transactions met, and the server chose one that gives way. */
const collision = /^40(?:001|P01)$/;

const hints: Readonly<Record<string, string>> = {
  '28': 'Look at the user and the password in DATABASE_URL or database.url.',
  '3D': 'Create the database (`createdb`), or name another one in DATABASE_URL or database.url.',
  '23503': 'The ledger does not know this repository yet: `ghw repositories list` shows which it knows.',
  '42501': 'The user of DATABASE_URL or database.url must be able to create a schema in this database, or own `ghw`.',
  '53100': "The database's disk is full: free space on it. Steps are tried again by themselves.",
};

/** What stands between us and an answer. */
type Fault =
  | { readonly kind: 'server'; readonly code: string; readonly error: DatabaseError }
  | { readonly kind: 'connection' | 'other'; readonly error: unknown };

/** Classifies by type and code. */
function faultOf(thrown: unknown): Fault {
  // Drizzle's own message repeats the query with all it holds.
  const error: unknown = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
  if (error instanceof DatabaseError) return { kind: 'server', code: error.code ?? '', error };
  const { code, name } = fieldsOf(error);
  // The driver's own errors are about its connection, and have neither a code nor a class.
  const isOfConnection = networkCodes.has(code) || (code === undefined && name === 'Error');
  return { kind: isOfConnection ? 'connection' : 'other', error };
}

/** True if the connection it came through can be used again. */
export function leavesConnectionUsable(error: unknown): boolean {
  const fault = faultOf(error);
  return fault.kind === 'server' ? !/^(?:08|57P)/.test(fault.code) : fault.kind === 'other';
}

/** True if the same transaction, run again, is likely to succeed. */
export function isCollision(error: unknown): boolean {
  const fault = faultOf(error);
  return fault.kind === 'server' && collision.test(fault.code);
}

/** The error that the ledger throws for what it met. */
export function ledgerError(thrown: unknown, place: string): GhwError {
  const { kind, error, ...rest } = faultOf(thrown);
  if (error instanceof GhwError) return error;
  const code = 'code' in rest ? rest.code : '';
  const hint = hints[code] ?? hints[code.slice(0, 2)];
  if (kind === 'connection' || passing.test(code)) {
    return new GhwError('LedgerUnreachable', `The ledger at ${place} does not answer: ${wordsOf(error)}`, {
      hint: hint ?? 'Start `ghw up`, which runs the embedded ledger, or look at DATABASE_URL and database.url.',
      cause: error,
    });
  }
  return new GhwError('LedgerFailed', `The ledger at ${place} refused: ${wordsOf(error)}`, {
    hint: hint ?? 'This is a fault of gh-worker or of the database: report it with this message.',
    retryable: false,
    cause: error,
  });
}

function wordsOf(error: unknown): string {
  const { errors, message, code } = fieldsOf(error);
  // Of a host with several addresses, one error each.
  if (Array.isArray(errors)) return errors.map(wordsOf).join('; ');
  if (error instanceof DatabaseError) return `${error.message} (${String(code)})`;
  return typeof message === 'string' ? message : String(error);
}

function fieldsOf(error: unknown): Partial<Record<'name' | 'message' | 'code' | 'errors', unknown>> {
  return typeof error === 'object' && error !== null ? error : {};
}
