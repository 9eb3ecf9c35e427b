import type { ChangedCheck, PullRequestChangeKind, RecordedChange } from './change.ts';
import type { EventKind, PullRequestNotice } from './notice.ts';

/** What happened, for people and programs outside. */
export interface PullRequestEvent {
  /** Of the change, for ever: whoever hears of it twice knows it by this. */
  readonly id: string;
  readonly kind: EventKind;
  /** ISO 8601: when discovery saw it. */
  readonly at: string;
  /** `owner/repo` as GitHub calls it now. */
  readonly repository: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly author: string;
  readonly branch: string;
  readonly headOid: string;
  readonly change: PullRequestChangeKind;
  readonly from: string | null;
  readonly to: string | null;
  /** For a failed check. */
  readonly check: ChangedCheck | null;
}

/** Of which changes which event tells. */
const eventOfChange: Partial<Record<PullRequestChangeKind, EventKind>> = {
  new: 'new_pull_request',
  closed: 'state_change',
  merged: 'state_change',
  reopened: 'state_change',
  drafted: 'state_change',
  ready: 'state_change',
  check_failed: 'failed_check',
};

/** The event that a change makes, if somebody wants to hear of it; null if not. */
export function eventOf(change: RecordedChange, notice: PullRequestNotice): PullRequestEvent | null {
  const kind = eventOfChange[change.kind];
  if (kind === undefined || change.insignificant !== null || !notice.settings.events.includes(kind)) return null;
  const { author, headOid, headRefName, number, title, url } = notice.known;
  return {
    id: change.id,
    kind,
    at: change.at,
    repository: notice.nameWithOwner,
    number,
    url,
    title,
    author,
    branch: headRefName,
    headOid: change.check?.headOid ?? headOid,
    change: change.kind,
    from: change.from,
    to: change.to,
    check: change.check,
  };
}
