import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { EventKind, PullRequestSettings } from '../../domain/pull-request/notice.ts';
import type { PullRequestLedger } from '../../ledger/pull-request-ledger.ts';

/** What the steps of pull requests stand on. */
export interface PullRequestDependencies {
  readonly pullRequests: Pick<PullRequestLedger, 'getByRepositoryAndNumber'>;
  /** Has an issue read anew; false if it has no workflow. @throws GhwError `TemporalUnreachable` */
  readonly tellIssue: (issue: IssueIdentity) => Promise<boolean>;
  /** What the configuration says of a repository's pull requests, now. */
  readonly pullRequestSettings: (repository: {
    readonly name: string;
    readonly id: string | null;
  }) => Promise<PullRequestSettings>;
  /** The hooks of the configuration, now. */
  readonly eventHooks: () => Promise<Readonly<Record<EventKind, readonly string[]>>>;
  /** Of the commands that hooks are; nothing of the worker's secrets. */
  readonly hookEnvironment: NodeJS.ProcessEnv;
}
