import type { RecordedChange } from './change.ts';
import type { PullRequestIdentity } from './identity.ts';
import type { KnownPullRequest } from './known.ts';

/** What the configuration says of a repository's pull requests, as their workflows take it. */
export interface PullRequestSettings {
  /** Heads in a row with failed checks before a pull request is in need of repair. */
  readonly failureThreshold: number;
  /** The kinds of events that somebody wants to hear of. */
  readonly events: readonly EventKind[];
}

/** What people and programs can be told of. */
export const eventKinds = ['new_pull_request', 'state_change', 'failed_check'] as const;
export type EventKind = (typeof eventKinds)[number];

/** What discovery tells a pull request's workflow. Telling it again, or later than what is newer, does no harm. */
export interface PullRequestNotice {
  readonly pullRequest: PullRequestIdentity;
  /** What GitHub calls the repository now. */
  readonly nameWithOwner: string;
  /** As the ledger has it, with all `changes` in it. */
  readonly known: KnownPullRequest;
  /** Oldest first. */
  readonly changes: readonly RecordedChange[];
  readonly settings: PullRequestSettings;
}

/** Reads a notice from a message; null for what is none. Plain guards: workflow bundles hold no schema library. */
export function parseNotice(input: unknown): PullRequestNotice | null {
  const notice = fieldsOf(input);
  const pullRequest = fieldsOf(notice?.pullRequest);
  const known = fieldsOf(notice?.known);
  const settings = fieldsOf(notice?.settings);
  const isSound =
    isText(pullRequest?.repository) &&
    isText(pullRequest.repositoryId) &&
    Number.isInteger(pullRequest.number) &&
    isText(notice?.nameWithOwner) &&
    isText(known?.headOid) &&
    ['open', 'closed', 'merged'].includes(String(known.state)) &&
    Number.isInteger(known.revision) &&
    Number.isInteger(settings?.failureThreshold) &&
    Array.isArray(settings?.events) &&
    Array.isArray(notice.changes) &&
    notice.changes.every((change: unknown) => isText(fieldsOf(change)?.id) && isText(fieldsOf(change)?.kind));
  return isSound ? (notice as unknown as PullRequestNotice) : null;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
