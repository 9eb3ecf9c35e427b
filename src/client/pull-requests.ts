import { GhwError } from '../domain/errors.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import type { PullRequestChangeKind } from '../domain/pull-request/change.ts';
import { formatPullRequest, type PullRequestIdentity } from '../domain/pull-request/identity.ts';
import type { PullRequestNotice } from '../domain/pull-request/notice.ts';
import { canonicalRepositoryName } from '../domain/repository-name.ts';
import {
  issueWorkflowId,
  PULL_REQUEST_WORKFLOW,
  pullRequestChangedSignal,
  pullRequestWorkflowId,
  searchAttributes,
  syncSignal,
  type PullRequestMemo,
  type PullRequestWorkflowInput,
  type PullRequestWorkflowResult,
} from '../workflows/protocol.ts';
import type { TemporalClient } from './connection.ts';
import { isNotFound } from './errors.ts';

type PullRequestWorkflow = (input: PullRequestWorkflowInput) => Promise<PullRequestWorkflowResult>;

/** The workflows of pull requests, for whoever learns that something happened to one. */
export interface PullRequestWorkflows {
  /**
   * Tells a pull request's workflow what happened, beginning its life where it has none. What has ended and heard of it
   * before stays ended.
   *
   * @throws GhwError `TemporalUnreachable`
   */
  tell(notice: PullRequestNotice): Promise<void>;
  /**
   * Has an issue's workflow read its issue, and never begins one.
   *
   * @returns false if there is none
   * @throws GhwError `TemporalUnreachable`
   */
  tellIssue(issue: IssueIdentity): Promise<boolean>;
}

export function pullRequestWorkflows({ client }: TemporalClient, taskQueue: string): PullRequestWorkflows {
  const begin = async (notice: PullRequestNotice): Promise<void> => {
    const { known, pullRequest } = notice;
    await client.workflow.signalWithStart<PullRequestWorkflow, [PullRequestNotice]>(PULL_REQUEST_WORKFLOW, {
      workflowId: pullRequestWorkflowId(pullRequest.repository, pullRequest.number),
      taskQueue,
      args: [{ pullRequest }],
      signal: pullRequestChangedSignal,
      signalArgs: [notice],
      staticSummary: clipped(`${formatPullRequest(pullRequest)}: ${known.title}`),
      staticDetails: `Follows ${known.url} to its end.`,
      memo: { ...memoOf(notice) },
      typedSearchAttributes: [
        { key: searchAttributes.repository, value: canonicalRepositoryName(notice.nameWithOwner) },
        { key: searchAttributes.number, value: pullRequest.number },
      ],
    });
  };
  /**
   * What a run has heard before it ended, told again because nobody could write down that it was told, is no news to the
   * run after it.
   */
  const beginUnlessHeard = async (notice: PullRequestNotice, handle: Described): Promise<void> => {
    const heard = await heardRevision(handle);
    const changes = notice.changes.filter(({ revision }) => revision > heard);
    if (changes.length > 0) await begin({ ...notice, changes });
  };
  return {
    tell: async (notice) => {
      const { known, pullRequest } = notice;
      const handle = client.workflow.getHandle(pullRequestWorkflowId(pullRequest.repository, pullRequest.number));
      try {
        if (known.state === 'open') {
          const isOver = notice.changes.some(({ kind }) => ends.has(kind));
          // Only a run that has ended may be followed by one that has not heard what it heard.
          return isOver ? await beginUnlessHeard(notice, handle) : await begin(notice);
        }
        // Its end is news to one that lives, or to one that never heard of it; not to one that it has ended.
        try {
          await handle.signal(pullRequestChangedSignal, notice);
        } catch (error) {
          if (!isNotFound(error)) throw error;
          await beginUnlessHeard(notice, handle);
        }
      } catch (error) {
        throw unreachable(pullRequest, error);
      }
    },
    tellIssue: async (issue) => {
      try {
        await client.workflow.getHandle(issueWorkflowId(issue.repository, issue.number)).signal(syncSignal);
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw unreachable(issue, error);
      }
    },
  };
}

/** Of these a workflow ends. */
const ends: ReadonlySet<PullRequestChangeKind> = new Set(['closed', 'merged', 'skipped']);

interface Described {
  describe(): Promise<{ readonly memo?: Record<string, unknown> }>;
}

/** The newest change that the last run heard of; 0 where there was none. */
async function heardRevision(handle: Described): Promise<number> {
  try {
    const { memo } = await handle.describe();
    return typeof memo?.revision === 'number' ? memo.revision : 0;
  } catch (error) {
    if (isNotFound(error)) return 0;
    throw error;
  }
}

function memoOf({ known }: PullRequestNotice): PullRequestMemo {
  const { author, headRefName: branch, title, url } = known;
  // Nothing has been heard before the first task.
  return { title: title.slice(0, 300), url, author, branch, revision: 0 };
}

/** Temporal's limit for a static summary, in bytes. */
const MAX_SUMMARY_BYTES = 200;

function clipped(text: string): string {
  let kept = text.replace(/\p{Cc}+/gu, ' ');
  while (Buffer.byteLength(kept) > MAX_SUMMARY_BYTES) kept = `${[...kept].slice(0, -2).join('')}…`;
  return kept;
}

function unreachable(what: Pick<PullRequestIdentity, 'repository' | 'number'>, cause: unknown): GhwError {
  if (cause instanceof GhwError) return cause;
  return new GhwError('TemporalUnreachable', `Temporal could not tell ${formatPullRequest(what)}: ${String(cause)}`, {
    hint: 'See `ghw doctor`.',
    cause,
  });
}
