import type { PullRequestChangeKind } from './change.ts';
import type { PullRequestEvent } from './event.ts';
import type { PullRequestIdentity } from './identity.ts';
import type { KnownPullRequest } from './known.ts';
import type { PullRequestSettings } from './notice.ts';
import { phaseOfPullRequest, type PullRequestPhase } from './phase.ts';

/** How a workflow ended. `skipped`: the pull request fell under a pattern of the configuration. `unknown`: there is none. */
export type PullRequestOutcome = 'merged' | 'closed' | 'skipped' | 'unknown' | 'cancelled';

/** A line of a pull request's history. */
export interface PullRequestHistoryEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly what: PullRequestChangeKind | 'pause' | 'resume' | 'tell_issue' | 'event' | 'cancel';
  /** For a reader; empty if the rest says it all. */
  readonly detail: string;
}

/** A check of the head that failed. */
export interface FailedCheck {
  readonly name: string;
  readonly detailsUrl: string | null;
}

/** Of {@link PullRequestLife}; a higher one comes with an upgrade in {@link upgradePullRequestLife}. */
const LIFE_SCHEMA = 1;

/** Everything a workflow knows of its pull request; carried whole over continue-as-new. */
export interface PullRequestLife {
  readonly schema: typeof LIFE_SCHEMA;
  readonly pullRequest: PullRequestIdentity;
  /** What GitHub calls the repository now. */
  readonly nameWithOwner: string;
  /** The newest that was heard of it; null before the first notice. */
  readonly known: KnownPullRequest | null;
  readonly settings: PullRequestSettings;
  readonly paused: { readonly by: string; readonly reason: string | null; readonly at: string } | null;
  /** Of the present head. */
  readonly failedChecks: readonly FailedCheck[];
  /** Heads in a row whose checks failed, newest last. */
  readonly failedHeads: readonly string[];
  /** Ids of the changes that were heard of, newest last. */
  readonly heard: readonly string[];
  /** Of the newest change that was heard of; 0 if of none. What the ledger said when asked does not count: it tells no changes. */
  readonly heardRevision: number;
  readonly history: readonly PullRequestHistoryEntry[];
  /** Of all entries, also those that are no longer kept. */
  readonly historyCount: number;
  /** Not delivered yet, oldest first. */
  readonly events: readonly PullRequestEvent[];
  /** The issue that is to hear of what happened, up to which change; null if none is, or none any more. */
  readonly issueToTell: { readonly number: number; readonly change: string } | null;
  readonly outcome: PullRequestOutcome | null;
}

const MAX_HEARD = 400;
const MAX_HISTORY = 100;
const MAX_EVENTS = 200;
const MAX_FAILED = 50;

/** The life of a pull request of which nothing is known yet. */
export function newPullRequestLife(pullRequest: PullRequestIdentity): PullRequestLife {
  return {
    schema: LIFE_SCHEMA,
    pullRequest,
    nameWithOwner: pullRequest.repository,
    known: null,
    settings: { failureThreshold: 1, events: [] },
    paused: null,
    failedChecks: [],
    failedHeads: [],
    heard: [],
    heardRevision: 0,
    history: [],
    historyCount: 0,
    events: [],
    issueToTell: null,
    outcome: null,
  };
}

/** The life with its lists no longer than a workflow may carry. */
export function bounded(life: PullRequestLife): PullRequestLife {
  return {
    ...life,
    failedChecks: life.failedChecks.slice(0, MAX_FAILED),
    failedHeads: life.failedHeads.slice(-MAX_FAILED * 2),
    heard: life.heard.slice(-MAX_HEARD),
    history: life.history.slice(-MAX_HISTORY),
    events: life.events.slice(-MAX_EVENTS),
  };
}

/** Adds a line to the history. */
export function withHistory(life: PullRequestLife, entry: PullRequestHistoryEntry): PullRequestLife {
  return bounded({ ...life, history: [...life.history, entry], historyCount: life.historyCount + 1 });
}

/** Where it is in its life. */
export function phaseOfLife({ known }: PullRequestLife): PullRequestPhase {
  return phaseOfPullRequest(known);
}

/** True once its checks have failed as often in a row as the configuration takes. */
export function needsRepair(life: PullRequestLife): boolean {
  return phaseOfLife(life) === 'checks_failed' && life.failedHeads.length >= life.settings.failureThreshold;
}

/**
 * Brings a carried life to the present schema.
 *
 * @throws Error for a schema that this version does not know (a newer worker wrote it).
 */
export function upgradePullRequestLife(life: PullRequestLife): PullRequestLife {
  if (life.schema !== LIFE_SCHEMA) throw new Error(`Unknown pull request schema ${String(life.schema)}`);
  return life;
}
