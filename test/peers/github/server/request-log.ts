/** One request as the server saw it. */
export interface RequestEntry {
  readonly kind: 'graphql' | 'rest' | 'git' | 'page';
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  readonly operation: 'query' | 'mutation' | 'subscription' | null;
  readonly operationName: string | null;
  /** The fields at the root of the query; for git, its service. */
  readonly fields: readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly userAgent: string;
  login: string | null;
  /** 0 as long as, or if, nothing was answered. */
  status: number;
  /** What it cost of the primary rate limit. */
  points: number;
  /** ISO 8601. */
  readonly at: string;
  durationMs: number | null;
}

/** A server that runs for days keeps only so many. */
const maximumEntries = 20_000;

/** The requests since the start or the last reset, oldest first. */
export class RequestLog {
  readonly entries: RequestEntry[] = [];

  start(entry: Pick<RequestEntry, 'kind' | 'method' | 'path' | 'userAgent'> & Partial<RequestEntry>): RequestEntry {
    const started: RequestEntry = {
      operation: null,
      operationName: null,
      fields: [],
      variables: {},
      login: null,
      status: 0,
      points: 0,
      at: new Date().toISOString(),
      durationMs: null,
      ...entry,
    };
    this.entries.push(started);
    if (this.entries.length > maximumEntries) this.entries.shift();
    return started;
  }

  reset(): void {
    this.entries.length = 0;
  }
}
