import { setTimeout as sleep } from 'node:timers/promises';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { issueWorkflowId } from '../../workflows/protocol.ts';
import type { StoredIssue } from '../../ledger/ledger.ts';
import type { SyncDependencies } from './dependencies.ts';

/** Longest wait for live issues to have read what is new. */
const PATIENCE_MS = 15_000;

/** An issue that has changed; `none` for one whose change an earlier attempt has stored, and perhaps not told. */
export interface ChangedIssue extends StoredIssue {
  readonly isOpen: boolean;
}

/** Tells the workflows of issues that these have changed. */
export type RefreshLive = (
  repository: { readonly id: string; readonly name: string },
  issues: readonly ChangedIssue[],
) => Promise<void>;

/**
 * Has live issues read anew, and begins the life of one anew that had ended because it was closed.
 *
 * Asks once for all live issues, when the first one has changed: most issues have no workflow, and one list of a thousand
 * costs as much as one message. A workflow that begins after the list reads its issue by itself.
 *
 * @returns also what waits until they have read it, though not for ever: what a cycle does next depends on what they have
 * seen, such as an approval in a comment
 */
export function refreshLive({ ledger, live }: Pick<SyncDependencies, 'ledger' | 'live'>): {
  readonly refresh: RefreshLive;
  readonly settled: () => Promise<void>;
} {
  let known: Promise<ReadonlySet<string>> | undefined;
  const told: Promise<void>[] = [];
  const refresh: RefreshLive = async ({ id: repositoryId, name: repository }, issues) => {
    if (issues.length === 0) return;
    known ??= live.ids();
    const ids = await known;
    for (const changed of issues) {
      const issue: IssueIdentity = { repository, repositoryId, number: changed.number };
      const workflowId = issueWorkflowId(repository, changed.number);
      if (ids.has(workflowId)) told.push((await live.refresh(workflowId)).seen);
      else if (await isBack(issue, changed)) await live.begin(issue);
    }
  };
  const settled = async (): Promise<void> => {
    const patience = new AbortController();
    await Promise.race([Promise.all(told), sleep(PATIENCE_MS, undefined, { signal: patience.signal })]);
    patience.abort();
  };
  return { refresh, settled };

  /** What ended for another reason, such as a person's cancel, stays ended. */
  async function isBack(issue: IssueIdentity, { isOpen, change }: ChangedIssue): Promise<boolean> {
    if (!isOpen || (change !== 'reopened' && change !== 'none')) return false;
    const outcome = (await ledger.issues.find(issue))?.progress?.outcome;
    // Merging closes an issue only where the pull request says so: one that is open may never have been closed.
    return outcome === 'closed' || (outcome === 'merged' && change === 'reopened');
  }
}
