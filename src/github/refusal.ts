import { z } from 'zod';
import type { ErrorName } from '../domain/errors.ts';

/** What GitHub's word against a request comes down to. */
export interface Refusal {
  readonly name: Extract<ErrorName, `GitHub${string}`>;
  /** GitHub's own text; empty if there is none. */
  readonly said: string;
}

/** One entry of a GraphQL answer's `errors`, as far as it is used. */
const graphqlError = z.object({
  type: z.string().optional(),
  message: z.string().default(''),
  path: z.array(z.union([z.string(), z.number()])).optional(),
  extensions: z.object({ code: z.string().optional() }).optional(),
});
type GraphqlError = z.output<typeof graphqlError>;

/** GitHub's error types. The documentation says RATE_LIMITED; the service has also sent RATE_LIMIT since 2025. */
const nameOfType: Readonly<Record<string, Refusal['name']>> = {
  NOT_FOUND: 'GitHubNotFound',
  FORBIDDEN: 'GitHubForbidden',
  INSUFFICIENT_SCOPES: 'GitHubForbidden',
  RATE_LIMITED: 'GitHubRateLimited',
  RATE_LIMIT: 'GitHubRateLimited',
  RESOURCE_LIMITS_EXCEEDED: 'GitHubUnavailable',
  INTERNAL: 'GitHubUnavailable',
  SERVICE_UNAVAILABLE: 'GitHubUnavailable',
  UNPROCESSABLE: 'GitHubRejected',
};

/** A passing condition comes first: what else is wrong shows itself on the next try. */
const gravity: readonly Refusal['name'][] = [
  'GitHubRateLimited',
  'GitHubUnavailable',
  'GitHubUnauthorized',
  'GitHubForbidden',
  'GitHubNotFound',
  'GitHubRejected',
  'GitHubUnexpectedResponse',
];

/** The error that decides what happens next, of all that an answer holds. */
export function worstRefusal(errors: unknown, kind: 'query' | 'mutation'): Refusal {
  const refusals = readErrors(errors).map((error) => ({ name: nameOf(error, kind), said: error.message }));
  const [worst] = refusals.sort((a, b) => gravity.indexOf(a.name) - gravity.indexOf(b.name));
  return worst ?? { name: 'GitHubUnexpectedResponse', said: '' };
}

/**
 * True if the rest of an answer can be kept: every error is about something that our identity may not see, and nothing
 * outside the optional fields is missing because of it.
 */
export function isBearable(errors: unknown, data: unknown, optional: readonly string[]): boolean {
  const all = readErrors(errors);
  return all.length > 0 && all.every((error) => isHidden(error) && lossStaysWithin(error.path ?? [], data, optional));
}

/**
 * What GitHub says against single items of a list, by their position; null if any error is about more than one item, or
 * names a passing condition: then the whole request counts for nothing.
 *
 * @param field - the list, at the root of the query
 * @param isPartial - whether what is answered is kept also where passing conditions kept other items from it
 */
export function itemRefusals(
  errors: unknown,
  data: unknown,
  { field, isPartial = false }: { readonly field: string; readonly isPartial?: boolean },
): ReadonlyMap<number, Refusal> | null {
  const list = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[field] : undefined;
  if (!Array.isArray(list)) return null;
  const refusals = new Map<number, Refusal>();
  for (const error of readErrors(errors)) {
    const [root, position] = error.path ?? [];
    const name = nameOf(error, 'query');
    if (root !== field || typeof position !== 'number') return null;
    if (passing.has(name) && !isPartial) return null;
    refusals.set(position, { name, said: error.message });
  }
  return refusals;
}

const passing: ReadonlySet<Refusal['name']> = new Set(['GitHubRateLimited', 'GitHubUnavailable']);

function isHidden(error: GraphqlError): boolean {
  const name = error.type === undefined ? undefined : nameOfType[error.type];
  return name === 'GitHubNotFound' || name === 'GitHubForbidden';
}

/** GraphQL nulls the nearest field that may be null; it must be the optional one, or lie below it. */
function lossStaysWithin(path: readonly (string | number)[], data: unknown, optional: readonly string[]): boolean {
  const boundary = path.findIndex((step) => optional.includes(String(step)));
  if (boundary < 0) return false;
  let value = data;
  for (const step of path.slice(0, boundary)) {
    if (typeof value !== 'object' || value === null) return false;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value !== null && value !== undefined;
}

function nameOf(error: GraphqlError, kind: 'query' | 'mutation'): Refusal['name'] {
  const known = error.type === undefined ? undefined : nameOfType[error.type];
  if (known !== undefined) return known;
  // Without a type or a code it is GitHub's "something went wrong": a fault or a time-out on its side.
  if (error.type === undefined && error.extensions?.code === undefined) return 'GitHubUnavailable';
  // A code, such as undefinedField, is about the document; a type is about the request's effect.
  return kind === 'mutation' && error.type !== undefined ? 'GitHubRejected' : 'GitHubUnexpectedResponse';
}

function readErrors(errors: unknown): GraphqlError[] {
  if (!Array.isArray(errors)) return [];
  return errors.map(
    (error) => graphqlError.safeParse(error).data ?? { message: '', extensions: { code: 'malformed' } },
  );
}
