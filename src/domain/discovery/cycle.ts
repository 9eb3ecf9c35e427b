import type { ReadingProblem } from '../pull-request/observed.ts';

/** What a cycle of discovery is asked for. */
export interface DiscoveryRequest {
  /** `owner/repo` of the only repositories to look at, whether due or not; null for all that are due. */
  readonly repositories: readonly string[] | null;
}

/** A repository that could not be read, or not wholly. */
export interface RepositoryProblem {
  readonly repository: string;
  readonly kind: ReadingProblem | 'archived' | 'renamed';
  readonly message: string;
}

/** What is left of GitHub's budget. */
export interface BudgetLeft {
  readonly remaining: number;
  readonly limit: number;
  /** ISO 8601. */
  readonly resetAt: string;
}

/** What reading came to, so far or at its end. */
export interface DiscoveryCounts {
  readonly repositories: {
    /** That were due. */
    readonly total: number;
    readonly read: number;
    /** Of those read, without any news. */
    readonly unchanged: number;
    readonly failed: number;
    /** Not due: inactive, outside of business hours, or looked at a moment ago. */
    readonly resting: number;
  };
  readonly pullRequests: {
    /** Open, by GitHub's own count. */
    readonly open: number;
    /** Read with their checks. */
    readonly read: number;
    /** Whose checks were counted. */
    readonly counted: number;
    /** To which something happened. */
    readonly changed: number;
    /** That were open and are no more. */
    readonly ended: number;
  };
  /** How often each kind of change was seen. */
  readonly changes: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly points: number;
}

/** What a cycle came to. */
export interface DiscoveryResult extends DiscoveryCounts {
  /** The first hundred of them, by name. */
  readonly problems: readonly RepositoryProblem[];
  readonly problemCount: number;
  /** Requests that one per repository and one per open pull request would be; and the share of them that was not made. */
  readonly naiveRequests: number;
  readonly avoidedShare: number;
  readonly budget: BudgetLeft | null;
  /** Until when GitHub or its budget kept us from reading on. ISO 8601; null if they did not. */
  readonly pausedUntil: string | null;
  readonly durationsMs: { readonly reading: number; readonly ledger: number; readonly total: number };
}

/** What telling the workflows of pull requests came to. */
export interface TellingResult {
  /** Workflows that were told of their pull request's changes; new ones were started by it. */
  readonly told: number;
  readonly changes: number;
  /** Could not be told, and are tried again by the next cycle. */
  readonly failed: number;
  readonly durationMs: number;
}

export type DiscoveryPhase = 'reading' | 'telling' | 'done';

/** How a cycle stands. */
export interface DiscoveryState {
  readonly request: DiscoveryRequest;
  readonly phase: DiscoveryPhase;
  readonly outcome: 'running' | 'complete' | 'with_problems' | 'failed' | 'cancelled';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly reading: DiscoveryResult | null;
  readonly telling: TellingResult | null;
  readonly error: string | null;
}

/** How far reading got, as whoever waits for it is shown. */
export interface DiscoveryProgress {
  readonly total: number;
  readonly finished: number;
  readonly pullRequests: number;
  readonly requests: number;
  /** The newest one. */
  readonly repository: string | null;
}

/** The share of requests that were not made, of those that one per repository and open pull request would be; 0 to 1. */
export function avoidedShare(requests: number, naiveRequests: number): number {
  if (naiveRequests === 0) return 0;
  return Math.max(0, Math.round((1 - requests / naiveRequests) * 10_000) / 10_000);
}

export const nothingYet: DiscoveryCounts = {
  repositories: { total: 0, read: 0, unchanged: 0, failed: 0, resting: 0 },
  pullRequests: { open: 0, read: 0, counted: 0, changed: 0, ended: 0 },
  changes: {},
  requests: 0,
  points: 0,
};

/** Both together. */
export function addCounts(a: DiscoveryCounts, b: DiscoveryCounts): DiscoveryCounts {
  return {
    repositories: addEach(a.repositories, b.repositories),
    pullRequests: addEach(a.pullRequests, b.pullRequests),
    changes: addEach<Record<string, number>>({ ...a.changes }, { ...b.changes }),
    requests: a.requests + b.requests,
    points: a.points + b.points,
  };
}

function addEach<Counts extends Readonly<Record<keyof Counts, number>>>(a: Counts, b: Counts): Counts {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof Counts)[];
  return Object.fromEntries(keys.map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)])) as Counts;
}
