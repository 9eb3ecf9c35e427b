import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { phaseOfLife, type PullRequestLife } from '../../domain/pull-request/life.ts';
import { pullRequestWaitsFor } from '../../domain/pull-request/step.ts';
import { describePullRequest, summarizePullRequest } from '../../domain/pull-request/summary.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import { searchAttributes, type PullRequestMemo } from '../protocol.ts';

/** Keywords are indexed: long labels are cut, and only so many are kept. */
const MAX_TAGS = 50;
const MAX_TAG_LENGTH = 100;

function tagsOf(life: PullRequestLife): string[] {
  const { issue } = summarizePullRequest(life);
  const { author, labels = [] } = life.known ?? {};
  return [
    // First: the longest list of labels must not hide whose work it is.
    ...(issue === null ? [] : [`issue:${issue}`]),
    ...(author === undefined ? [] : [`author:${author}`]),
    ...labels.map((label) => `label:${label}`),
  ]
    .map((tag) => tag.slice(0, MAX_TAG_LENGTH))
    .slice(0, MAX_TAGS);
}

function attributesOf(life: PullRequestLife) {
  return [
    { key: searchAttributes.repository, value: canonicalRepositoryName(life.nameWithOwner) },
    { key: searchAttributes.number, value: life.pullRequest.number },
    { key: searchAttributes.phase, value: phaseOfLife(life) },
    { key: searchAttributes.waitsFor, value: pullRequestWaitsFor(life) },
    { key: searchAttributes.tags, value: tagsOf(life) },
  ];
}

function memoOf({ heardRevision, known }: PullRequestLife): PullRequestMemo {
  return {
    title: (known?.title ?? '').slice(0, 300),
    url: known?.url ?? '',
    author: known?.author ?? null,
    branch: known?.headRefName ?? '',
    revision: heardRevision,
  };
}

/** Shows a life in lists and in the Web UI; writes to history only where something changed. */
export function createPullRequestVisibility(): (life: PullRequestLife) => void {
  let shownAttributes = '';
  let shownMemo = '';
  let shown: PullRequestLife | null = null;
  return (life) => {
    if (life === shown) return;
    shown = life;
    const attributes = attributesOf(life);
    const memo = memoOf(life);
    if (JSON.stringify(attributes) !== shownAttributes) upsertSearchAttributes(attributes);
    if (JSON.stringify(memo) !== shownMemo) upsertMemo({ ...memo });
    shownAttributes = JSON.stringify(attributes);
    shownMemo = JSON.stringify(memo);
    setCurrentDetails(describePullRequest(life));
  };
}
