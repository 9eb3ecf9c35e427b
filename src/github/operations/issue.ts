import { z } from 'zod';
import { graphql } from '../graphql.ts';
import { nothing, operation } from '../operation.ts';
import { commentPage, comments } from './comment.ts';
import {
  assigneePage,
  assignees,
  closingPage,
  closingPullRequests,
  labelPage,
  labels,
  mentionPage,
  mentions,
} from './issue-pages.ts';
import { repositoryAnswer, repositoryFields } from './repository.ts';

const issueFields = graphql(
  `
    fragment IssueFields on Issue {
      id
      number
      title
      body
      url
      state
      createdAt
      updatedAt
      closedAt
      author {
        login
      }
      milestone {
        title
      }
      labels(first: 100) {
        ...LabelPage
      }
      assignees(first: 100) {
        ...AssigneePage
      }
      comments(first: 100) {
        ...CommentPage
      }
      closedByPullRequestsReferences(first: 50, includeClosedPrs: true) {
        ...ClosingPage
      }
      timelineItems(first: 50, itemTypes: [CROSS_REFERENCED_EVENT]) {
        ...MentionPage
      }
    }
  `,
  [labelPage, assigneePage, commentPage, closingPage, mentionPage],
);

const issue = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  body: z.string(),
  url: z.string(),
  state: z.enum(['OPEN', 'CLOSED']),
  createdAt: z.string(),
  updatedAt: z.string(),
  closedAt: z.string().nullable(),
  author: z.object({ login: z.string() }).nullable(),
  milestone: z.object({ title: z.string() }).nullable(),
  labels: labels.nullable(),
  assignees,
  comments,
  closedByPullRequestsReferences: closingPullRequests.nullable(),
  timelineItems: mentions,
});

export type IssueAnswer = z.output<typeof issue>;

const repositoryWithIssue = repositoryAnswer.extend({ issue: issue.nullable() });
export type RepositoryWithIssue = z.output<typeof repositoryWithIssue>;

const reading = {
  needs: 'Issues: read, Pull requests: read, Contents: read',
  optional: ['closedByPullRequestsReferences', 'timelineItems'],
};

export const readIssueByName = operation(
  graphql(
    `
      query ReadIssueByName($owner: String!, $name: String!, $number: Int!) {
        repository(owner: $owner, name: $name) {
          ...RepositoryFields
          issue(number: $number) {
            ...IssueFields
          }
        }
      }
    `,
    [repositoryFields, issueFields],
  ),
  z.object({ repository: repositoryWithIssue.nullable() }),
  reading,
);

export const readIssueById = operation(
  graphql(
    `
      query ReadIssueById($repositoryId: ID!, $number: Int!) {
        node(id: $repositoryId) {
          ... on Repository {
            ...RepositoryFields
            issue(number: $number) {
              ...IssueFields
            }
          }
        }
      }
    `,
    [repositoryFields, issueFields],
  ),
  z.object({ node: z.union([repositoryWithIssue, nothing]).nullable() }),
  reading,
);
