import { z } from 'zod';
import type { IssueListItem } from '../../domain/issue.ts';
import { graphql } from '../graphql.ts';
import { connection, nothing, operation } from '../operation.ts';
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

const listItem = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  updatedAt: z.string(),
  author: z.object({ login: z.string() }).nullable(),
  labels: z.object({ nodes: z.array(z.object({ name: z.string() }).nullable()).nullable() }).nullable(),
  assignees: z.object({ nodes: z.array(z.object({ login: z.string() }).nullable()).nullable() }),
});

/** GitHub allows 100 labels and 10 assignees on an issue, so that one page of each holds them all. */
export const listOpenIssues = operation(
  graphql(`
    query ListOpenIssues($owner: String!, $name: String!, $labels: [String!], $filter: IssueFilters, $after: String) {
      repository(owner: $owner, name: $name) {
        issues(
          states: [OPEN]
          labels: $labels
          filterBy: $filter
          first: 100
          after: $after
          orderBy: { field: UPDATED_AT, direction: ASC }
        ) {
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            id
            number
            title
            updatedAt
            author {
              login
            }
            labels(first: 100) {
              nodes {
                name
              }
            }
            assignees(first: 100) {
              nodes {
                login
              }
            }
          }
        }
      }
    }
  `),
  z.object({ repository: z.object({ issues: connection(listItem) }).nullable() }),
  { needs: 'Issues: read' },
);

/** A line of the domain's issue list. */
export function toListItem(answer: z.output<typeof listItem>): IssueListItem {
  return {
    id: answer.id,
    number: answer.number,
    title: answer.title,
    labels: (answer.labels?.nodes ?? []).flatMap((label) => label?.name ?? []),
    assignees: (answer.assignees.nodes ?? []).flatMap((assignee) => assignee?.login ?? []),
    author: answer.author?.login ?? null,
    updatedAt: answer.updatedAt,
  };
}
