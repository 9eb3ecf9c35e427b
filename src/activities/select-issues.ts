import { Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import { formatIssue, type IssueRef } from '../domain/issue.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import type { GitHub } from '../github/github.ts';
import type { IssueSelection, RepositorySyncResult } from '../domain/selection.ts';
import type { SelectedIssues } from './types.ts';

/** Names the issues that a cycle takes: explicit numbers, or the open ones with one of the labels (all without labels). */
export function createSelectIssues(deps: {
  readonly github: GitHub;
}): (selection: IssueSelection) => Promise<SelectedIssues> {
  return async ({ repository: name, numbers, labels }) => {
    const repository = await deps.github.repository(name);
    const selected = { repository: repository.nameWithOwner, repositoryId: repository.id };
    if (numbers) return { ...selected, numbers: [...new Set(numbers)] };
    const found = new Set<number>();
    // GitHub's own filter wants all labels at once; a selection wants any of them.
    for (const filter of labels.length > 0 ? labels.map((label) => ({ labels: [label] })) : [{}]) {
      for await (const page of deps.github.openIssues(repository.nameWithOwner, filter)) {
        for (const { number } of page) found.add(number);
      }
    }
    return { ...selected, numbers: [...found].sort((a, b) => a - b) };
  };
}

/** Starts an issue's workflow where there is none and has it read its issue now. */
export type SyncOneIssue = (issue: IssueIdentity) => Promise<unknown>;

/** Syncs the selected issues, a few at a time; one that fails is named and costs the others nothing. */
export function createSyncSelected(deps: {
  readonly syncOne: SyncOneIssue;
  readonly parallelism: number;
}): (selected: SelectedIssues) => Promise<RepositorySyncResult> {
  return async ({ repository, repositoryId, numbers }) => {
    const context = Context.current();
    const limit = pLimit(deps.parallelism);
    const synced: number[] = [];
    const failed: { number: number; message: string }[] = [];
    const beat = setInterval(() => context.heartbeat(synced.length), 5_000);
    try {
      await limit.map(numbers, async (number) => {
        context.cancellationSignal.throwIfAborted();
        try {
          await deps.syncOne({ repository, repositoryId, number });
          synced.push(number);
        } catch (error) {
          failed.push({ number, message: messageOf(error, { repository, number }) });
        }
      });
    } finally {
      clearInterval(beat);
    }
    return { repository, synced: synced.sort((a, b) => a - b), failed };
  };
}

function messageOf(error: unknown, issue: IssueRef): string {
  return error instanceof Error ? error.message : `${formatIssue(issue)}: ${String(error)}`;
}
