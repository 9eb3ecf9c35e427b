import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { openQuestion } from '../../domain/conversation.ts';
import { describeIssue } from '../../domain/describe.ts';
import type { IssueState } from '../../domain/issue-state.ts';
import { phaseOf, waitsFor } from '../../domain/lifecycle.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import { searchAttributes, type IssueMemo } from '../protocol.ts';

/** Keywords are indexed: long labels are cut, and only so many are kept. */
const MAX_TAGS = 50;
const MAX_TAG_LENGTH = 100;
const MAX_MEMO_TEXT = 300;

function tagsOf(state: IssueState): string[] {
  const { observed } = state;
  if (!observed) return [];
  return [
    ...observed.labels.map((label) => `label:${label}`),
    ...observed.assignees.map((login) => `assignee:${login}`),
    ...(observed.author ? [`author:${observed.author}`] : []),
  ]
    .map((tag) => tag.slice(0, MAX_TAG_LENGTH))
    .slice(0, MAX_TAGS);
}

function attributesOf(state: IssueState) {
  return [
    { key: searchAttributes.repository, value: canonicalRepositoryName(state.issue.repository) },
    { key: searchAttributes.number, value: state.issue.number },
    { key: searchAttributes.phase, value: phaseOf(state) },
    { key: searchAttributes.planState, value: state.plan.state },
    { key: searchAttributes.implementationState, value: state.implementation.state },
    { key: searchAttributes.waitsFor, value: waitsFor(state) },
    { key: searchAttributes.taskType, value: state.taskType },
    { key: searchAttributes.costUsd, value: state.costUsd },
    { key: searchAttributes.tags, value: tagsOf(state) },
  ];
}

function memoOf(state: IssueState): IssueMemo {
  return {
    title: (state.observed?.title ?? '').slice(0, MAX_MEMO_TEXT),
    url: state.observed?.url ?? '',
    author: state.observed?.author ?? null,
    pullRequest: state.implementation.pullRequest?.number ?? null,
    paused: state.paused !== null,
    question: openQuestion(state.conversation)?.text.slice(0, MAX_MEMO_TEXT) ?? null,
    stop: state.stop?.message.slice(0, MAX_MEMO_TEXT) ?? null,
  };
}

/** Shows a state in lists and in the Web UI; writes to history only where something changed. */
export function createVisibility(): (state: IssueState) => void {
  let shownAttributes = '';
  let shownMemo = '';
  return (state) => {
    const attributes = attributesOf(state);
    const memo = memoOf(state);
    if (JSON.stringify(attributes) !== shownAttributes) upsertSearchAttributes(attributes);
    if (JSON.stringify(memo) !== shownMemo) upsertMemo({ ...memo });
    shownAttributes = JSON.stringify(attributes);
    shownMemo = JSON.stringify(memo);
    setCurrentDetails(describeIssue(state));
  };
}
