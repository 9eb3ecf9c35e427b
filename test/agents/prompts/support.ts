import type { IssueComment, IssueSnapshot } from '../../../src/domain/issue.ts';
import type { PromptContext } from '../../../src/agents/prompts/prompts.ts';

export function makeIssue(overrides: Partial<IssueSnapshot> = {}): IssueSnapshot {
  return {
    id: 'I_1',
    repository: {
      id: 'R_1',
      nameWithOwner: 'acme/shop',
      url: 'https://github.com/acme/shop',
      isPrivate: false,
      isArchived: false,
      hasIssues: true,
      defaultBranch: { name: 'main', oid: 'a'.repeat(40) },
      viewerPermission: 'write',
    },
    number: 42,
    title: 'Coupons expire a day early',
    body: 'They end at midnight UTC.',
    url: 'https://github.com/acme/shop/issues/42',
    state: 'open',
    author: 'ada',
    labels: ['bug'],
    assignees: [],
    milestone: null,
    createdAt: '2026-01-02T03:04:05Z',
    updatedAt: '2026-01-02T03:04:05Z',
    closedAt: null,
    comments: [],
    linkedPullRequests: [],
    ...overrides,
  };
}

export function makeComment(overrides: Partial<IssueComment> = {}): IssueComment {
  return {
    id: 'IC_1',
    author: 'grace',
    body: 'It happens in Lisbon too.',
    url: 'https://github.com/acme/shop/issues/42#1',
    createdAt: '2026-01-03T00:00:00Z',
    updatedAt: '2026-01-03T00:00:00Z',
    editedAt: null,
    viewerDidAuthor: false,
    ...overrides,
  };
}

export function makeContext(issue: Partial<IssueSnapshot> = {}, overrides: Partial<PromptContext> = {}): PromptContext {
  return { issue: makeIssue(issue), trustedCommenters: 'all', guidance: null, remembered: false, ...overrides };
}
