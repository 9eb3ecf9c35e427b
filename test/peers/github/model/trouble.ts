/** What is wrong with one repository, for whoever asks for it or for anything in it. */
export type Trouble =
  /** Refused by itself; what else the request asks for is answered. */
  { readonly kind: 'not_found' | 'forbidden' | 'resource_limits' } | WholeTrouble;

/** What fails the whole request, whatever else it asks for. */
export type WholeTrouble =
  /** Every request that touches it ends without data, after `afterMs` (GitHub: ten seconds). Default 504 at once. */
  | { readonly kind: 'time_out'; readonly status?: 502 | 504; readonly afterMs?: number }
  /** Every request that touches it is refused as one too many. */
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number; readonly status?: 403 | 429 };

/** What one request may ask for at most before it takes too long, and how that shows. */
export interface ProcessingLimit {
  /** Nodes by the published formula; `nodes(ids:)` counts each id as well. */
  readonly nodes: number;
  /** `partial`: what comes first is answered, the rest is refused with RESOURCE_LIMITS_EXCEEDED. */
  readonly shows: 'time_out' | 'partial';
}
