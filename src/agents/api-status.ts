import type { AgentEndKind } from './agent.ts';

/** How a run is meant to end whose model's API refused with this HTTP status. */
export function kindOfStatus(status: number): AgentEndKind {
  if (status === 401 || status === 403) return 'authentication';
  // The provider wants to be paid.
  if (status === 402) return 'exhausted';
  return status === 408 || status === 409 || status === 429 || status >= 500 ? 'retryable' : 'fatal';
}
