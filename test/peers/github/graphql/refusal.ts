/** Error types of GitHub's GraphQL API. */
export type RefusalType =
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'UNPROCESSABLE'
  | 'MISSING_PAGINATION_BOUNDARIES'
  | 'EXCESSIVE_PAGINATION'
  | 'INVALID_CURSOR_ARGUMENTS'
  | 'ARGUMENT_LIMIT'
  | 'MAX_NODE_LIMIT_EXCEEDED'
  | 'RATE_LIMITED'
  | 'RESOURCE_LIMITS_EXCEEDED'
  | 'NOT_IMPLEMENTED';

/** What GitHub answers as an entry of `errors`; the field that throws it becomes null and gives the path. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly type: RefusalType;

  constructor(type: RefusalType, message: string) {
    super(message);
    this.type = type;
  }
}

export function notFound(id: string): Refusal {
  return new Refusal('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
}
