import type { TrackedIssue } from '../../../src/client/issue-list.ts';
import type { IssueLine } from '../../../src/cli/listing/line.ts';
import type { LedgerIssue, ProgressLine } from '../../../src/ledger/ledger.ts';

/** An issue that was synced and never worked on. */
export function aLedgerIssue(over: Partial<LedgerIssue> = {}): LedgerIssue {
  const number = over.number ?? 1;
  return {
    id: `I_${number}`,
    repositoryId: 'R_hello',
    repository: 'Octo/Hello',
    number,
    title: `Task ${number}`,
    url: `https://github.com/Octo/Hello/issues/${number}`,
    state: 'open',
    author: 'ana',
    labels: [],
    assignees: [],
    milestone: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-02T00:00:00.000Z',
    closedAt: null,
    gone: null,
    progress: null,
    ...over,
  };
}

export function aProgressLine(over: Partial<ProgressLine> = {}): ProgressLine {
  return {
    phase: 'plan',
    planState: 'awaiting_review',
    implementationState: 'none',
    waitsFor: 'person',
    paused: false,
    reviewed: false,
    outcome: null,
    pullRequest: null,
    agent: 'scripted',
    costUsd: 0.25,
    failure: null,
    workflowId: 'issue:octo/hello#1',
    at: '2026-01-02T00:00:00.000Z',
    ...over,
  };
}

/** An issue whose workflow runs. */
export function aTrackedIssue(over: Partial<TrackedIssue> = {}): TrackedIssue {
  const number = over.number ?? 1;
  return {
    repository: 'octo/hello',
    number,
    title: `Task ${number}`,
    url: `https://github.com/Octo/Hello/issues/${number}`,
    author: 'ana',
    labels: [],
    assignees: [],
    pullRequest: null,
    paused: false,
    phase: 'implement',
    planState: 'approved',
    implementationState: 'generating',
    waitsFor: 'agent',
    costUsd: 0.5,
    open: true,
    workflowId: `issue:octo/hello#${number}`,
    ...over,
  };
}

export function aLine(over: Partial<IssueLine> = {}): IssueLine {
  const number = over.number ?? 1;
  return {
    repository: 'octo/hello',
    number,
    title: `Task ${number}`,
    url: `https://github.com/octo/hello/issues/${number}`,
    state: 'open',
    author: 'ana',
    labels: [],
    assignees: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-02T00:00:00.000Z',
    phase: 'new',
    planState: 'none',
    implementationState: 'none',
    waitsFor: 'nobody',
    paused: false,
    outcome: null,
    pullRequest: null,
    costUsd: 0,
    failure: null,
    gone: null,
    live: false,
    workflowId: null,
    ...over,
  };
}
