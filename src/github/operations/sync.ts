import { z } from 'zod';
import type { SyncedIssue } from '../../domain/issue.ts';
import { graphql } from '../graphql.ts';
import { connection, nothing, operation } from '../operation.ts';

/** GitHub allows 100 labels and 10 assignees on an issue, so that one page of each holds them all. */
const syncedIssueFields = graphql(`
  fragment SyncedIssueFields on Issue {
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
`);

const syncedIssue = z.object({
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
  labels: z.object({ nodes: z.array(z.object({ name: z.string() }).nullable()).nullable() }).nullable(),
  assignees: z.object({ nodes: z.array(z.object({ login: z.string() }).nullable()).nullable() }),
});

const count = z.object({ totalCount: z.int() });

/** Enough to tell whether a repository has news. */
export const lookAtRepositories = operation(
  graphql(`
    query LookAtRepositories($ids: [ID!]!) {
      nodes(ids: $ids) {
        ... on Repository {
          id
          nameWithOwner
          isArchived
          issues(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) {
            totalCount
            nodes {
              updatedAt
            }
          }
        }
      }
    }
  `),
  z.object({
    nodes: z.array(
      z
        .union([
          z.object({
            id: z.string(),
            nameWithOwner: z.string(),
            isArchived: z.boolean(),
            issues: z.object({
              totalCount: z.int(),
              nodes: z.array(z.object({ updatedAt: z.string() }).nullable()).nullable(),
            }),
          }),
          nothing,
        ])
        .nullable(),
    ),
  }),
  { needs: 'Metadata: read, Issues: read' },
);

/** One page, oldest update first: what changes meanwhile comes again at the end. Counts them all beside it. */
export const listIssues = operation(
  graphql(
    `
      query ListIssues(
        $repositoryId: ID!
        $states: [IssueState!]
        $labels: [String!]
        $filter: IssueFilters
        $size: Int!
        $after: String
      ) {
        node(id: $repositoryId) {
          ... on Repository {
            all: issues {
              totalCount
            }
            issues(
              states: $states
              labels: $labels
              filterBy: $filter
              first: $size
              after: $after
              orderBy: { field: UPDATED_AT, direction: ASC }
            ) {
              pageInfo {
                hasNextPage
                endCursor
              }
              nodes {
                ...SyncedIssueFields
              }
            }
          }
        }
      }
    `,
    [syncedIssueFields],
  ),
  z.object({ node: z.union([z.object({ all: count, issues: connection(syncedIssue) }), nothing]).nullable() }),
  { needs: 'Issues: read' },
);

/** Numbers and ids alone, in an order that no change moves. */
export const listIssueNumbers = operation(
  graphql(`
    query ListIssueNumbers($repositoryId: ID!, $after: String) {
      node(id: $repositoryId) {
        ... on Repository {
          issues(first: 100, after: $after, orderBy: { field: CREATED_AT, direction: ASC }) {
            pageInfo {
              hasNextPage
              endCursor
            }
            nodes {
              id
              number
            }
          }
        }
      }
    }
  `),
  z.object({
    node: z
      .union([z.object({ issues: connection(z.object({ id: z.string(), number: z.int() })) }), nothing])
      .nullable(),
  }),
  { needs: 'Issues: read' },
);

export const searchIssues = operation(
  graphql(
    `
      query SearchIssues($text: String!, $size: Int!, $after: String) {
        search(type: ISSUE, query: $text, first: $size, after: $after) {
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            ... on Issue {
              ...SyncedIssueFields
              repository {
                id
              }
            }
          }
        }
      }
    `,
    [syncedIssueFields],
  ),
  z.object({
    search: connection(z.union([syncedIssue.extend({ repository: z.object({ id: z.string() }) }), nothing])),
  }),
  { needs: 'Issues: read' },
);

export const readIssuesById = operation(
  graphql(
    `
      query ReadIssuesById($ids: [ID!]!) {
        nodes(ids: $ids) {
          ... on Issue {
            ...SyncedIssueFields
            repository {
              id
              nameWithOwner
            }
          }
        }
      }
    `,
    [syncedIssueFields],
  ),
  z.object({
    nodes: z.array(
      z
        .union([syncedIssue.extend({ repository: z.object({ id: z.string(), nameWithOwner: z.string() }) }), nothing])
        .nullable(),
    ),
  }),
  { needs: 'Issues: read' },
);

/** An issue of the domain. */
export function toSyncedIssue(answer: z.output<typeof syncedIssue>): SyncedIssue {
  return {
    id: answer.id,
    number: answer.number,
    title: answer.title,
    body: answer.body,
    url: answer.url,
    state: answer.state === 'OPEN' ? 'open' : 'closed',
    author: answer.author?.login ?? null,
    labels: (answer.labels?.nodes ?? []).flatMap((label) => label?.name ?? []),
    assignees: (answer.assignees.nodes ?? []).flatMap((assignee) => assignee?.login ?? []),
    milestone: answer.milestone?.title ?? null,
    createdAt: answer.createdAt,
    updatedAt: answer.updatedAt,
    closedAt: answer.closedAt,
  };
}
