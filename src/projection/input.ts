import type { RecordedProgress } from '../domain/issue-record.ts';
import type { IssueComment, IssueSnapshot, ListedIssue } from '../domain/issue.ts';
import type { PlanVersion } from '../domain/plan.ts';
import type { IssueSummary } from '../domain/summary.ts';
import type { IssueAddress, Ledger, LedgerIssue } from '../ledger/ledger.ts';

/** Where an issue stands: as a workflow answers, or as it told the ledger, which knows more. */
export type ProjectedProgress = Omit<IssueSummary, 'runs'> & Partial<Pick<RecordedProgress, 'approval' | 'session'>>;

/** All that the files of one issue show. What is not known is null, and its file is left as it is. */
export interface ProjectionInput {
  /** `owner/repo` under which the repository was registered: names the folder, whatever GitHub calls it now. */
  readonly repository: string;
  readonly number: number;
  /** What GitHub calls the repository now. */
  readonly nameWithOwner: string;
  readonly listed: ListedIssue | null;
  readonly body: string | null;
  /** Null if they were never read, as in a listing. */
  readonly comments: readonly IssueComment[] | null;
  readonly gone: LedgerIssue['gone'];
  readonly progress: ProjectedProgress | null;
  /** All versions, oldest first. */
  readonly plans: readonly PlanVersion[];
  /** ISO 8601: what is shown is at least this new. Null if nothing is known. */
  readonly at: string | null;
}

export interface ProjectionSources {
  readonly ledger: Pick<Ledger, 'issues' | 'repositories'>;
  /** The issue as its workflow last read it, with comments; it is taken where it is as new as the ledger's view. */
  readonly snapshot?: IssueSnapshot | null;
}

/**
 * What the ledger knows of an issue, as its files show it; null if it knows nothing.
 *
 * @throws GhwError `LedgerUnreachable`, `LedgerFailed`
 */
export async function readProjectionInput(
  { ledger, snapshot = null }: ProjectionSources,
  issue: IssueAddress,
): Promise<ProjectionInput | null> {
  const [listed, progress, plans, body, repository] = await Promise.all([
    ledger.issues.find(issue),
    ledger.issues.progress(issue),
    ledger.issues.plans(issue),
    ledger.issues.body(issue),
    ledger.repositories.find(issue.repositoryId ?? issue.repository),
  ]);
  if (listed === null && progress === null && snapshot === null) return null;
  const isSnapshotNew = snapshot !== null && (listed === null || snapshot.updatedAt >= listed.updatedAt);
  return {
    repository: repository?.name ?? issue.repository,
    number: issue.number,
    nameWithOwner: repository?.nameWithOwner ?? listed?.repository ?? issue.repository,
    listed: isSnapshotNew ? snapshot : listed,
    body: isSnapshotNew ? snapshot.body : body,
    comments: isSnapshotNew ? snapshot.comments : null,
    gone: listed?.gone ?? null,
    progress,
    plans,
    at: newest([listed?.progress?.at, listed?.updatedAt, snapshot?.updatedAt]),
  };
}

/** The latest of several times, ISO 8601 in UTC. */
export function newest(times: readonly (string | null | undefined)[]): string | null {
  const known = times.flatMap((time) => (time === null || time === undefined ? [] : [time]));
  return known.length === 0 ? null : known.reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));
}
