import type { ArtifactStore } from '../artifacts/store.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { RecordedProgress } from '../domain/issue-record.ts';
import type { IssueComment, IssueSnapshot, ListedIssue } from '../domain/issue.ts';
import type { PlanVersion } from '../domain/plan.ts';
import type { IssueSummary } from '../domain/summary.ts';
import type { IssueAddress, IssueLedger, LedgerIssue, LedgerRepository, RepositoryLedger } from '../ledger/ledger.ts';

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
  readonly ledger: {
    readonly issues: Pick<IssueLedger, 'find' | 'progress' | 'plans' | 'body'>;
    readonly repositories: Pick<RepositoryLedger, 'find'>;
  };
  /** Where comments, and texts that no listing showed, are kept. */
  readonly artifacts: Pick<ArtifactStore, 'get'>;
}

/** What a list of the ledger has already told about an issue, so that it is not asked again for each. */
export interface Listed {
  readonly repository: LedgerRepository;
  readonly issue: LedgerIssue;
}

/**
 * What the ledger knows of an issue, as its files show it; null if it knows nothing.
 *
 * @throws GhwError `LedgerUnreachable`, `LedgerFailed`
 */
export async function readProjectionInput(
  { ledger, artifacts }: ProjectionSources,
  address: IssueAddress,
  listed?: Listed,
): Promise<ProjectionInput | null> {
  const { issues } = ledger;
  const [repository, issue] = await Promise.all([
    listed?.repository ?? ledger.repositories.find(address.repositoryId ?? address.repository),
    listed?.issue ?? issues.find(address),
  ]);
  const isIdle = listed?.issue.progress === null;
  const [progress, plans, body] = await Promise.all([
    isIdle ? null : issues.progress(address),
    isIdle ? [] : issues.plans(address),
    issues.body(address),
  ]);
  if (issue === null && progress === null) return null;
  return {
    repository: repository?.name ?? address.repository,
    number: address.number,
    nameWithOwner: repository?.nameWithOwner ?? issue?.repository ?? address.repository,
    listed: issue,
    body,
    comments: null,
    gone: issue?.gone ?? null,
    progress,
    plans,
    at: newest([issue?.progress?.at, issue?.updatedAt]),
    ...(await textsOf(artifacts, progress?.snapshot, issue)),
  };
}

/** The issue as its workflow read it, with comments, unless a listing has seen a newer one since. */
async function textsOf(
  artifacts: Pick<ArtifactStore, 'get'>,
  ref: ArtifactRef | null | undefined,
  found: ListedIssue | null,
): Promise<Partial<ProjectionInput>> {
  const kept = ref ? await artifacts.get(ref) : undefined;
  if (kept === undefined) return {};
  const snapshot = JSON.parse(kept.toString('utf8')) as IssueSnapshot;
  if (found !== null && Date.parse(found.updatedAt) > Date.parse(snapshot.updatedAt)) return {};
  return { body: snapshot.body, comments: snapshot.comments };
}

/** The latest of several times, ISO 8601. */
function newest(times: readonly (string | null | undefined)[]): string | null {
  const known = times.flatMap((time) => (time ? [time] : []));
  return known.length === 0 ? null : known.reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));
}
