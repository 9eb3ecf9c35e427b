import { z } from 'zod';
import { graphql } from '../graphql.ts';
import { connection, nothing, operation } from '../operation.ts';

/** Points that a request took. */
export const cost = z.object({ cost: z.int() }).nullable();

const listedPage = graphql(`
  fragment ListedPage on PullRequestConnection {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      createdAt
      updatedAt
    }
  }
`);

const listed = connection(z.object({ id: z.string(), createdAt: z.string(), updatedAt: z.string() }));

/**
 * How many open pull requests there are, and the newest of them: enough to tell whether a repository has news. Beside it
 * the newest of those that are over: one may begin and end, or come back and end again, between two looks.
 */
export const lookAtPullRequests = operation(
  graphql(
    `
      query LookAtPullRequests($ids: [ID!]!, $size: Int!, $ended: Int!) {
        rateLimit {
          cost
        }
        nodes(ids: $ids) {
          ... on Repository {
            id
            nameWithOwner
            url
            isArchived
            open: pullRequests(states: OPEN, first: $size, orderBy: { field: UPDATED_AT, direction: DESC }) {
              totalCount
              ...ListedPage
            }
            ended: pullRequests(
              states: [CLOSED, MERGED]
              first: $ended
              orderBy: { field: UPDATED_AT, direction: DESC }
            ) {
              ...ListedPage
            }
          }
        }
      }
    `,
    [listedPage],
  ),
  z.object({
    rateLimit: cost,
    nodes: z.array(
      z
        .union([
          z.object({
            id: z.string(),
            nameWithOwner: z.string(),
            url: z.string(),
            isArchived: z.boolean(),
            open: listed.extend({ totalCount: z.int() }),
            ended: listed,
          }),
          nothing,
        ])
        .nullable(),
    ),
  }),
  { needs: 'Metadata: read, Pull requests: read' },
);

/** The next page of one repository's list. */
export const listMorePullRequests = operation(
  graphql(
    `
      query ListMorePullRequests($id: ID!, $states: [PullRequestState!]!, $after: String) {
        rateLimit {
          cost
        }
        node(id: $id) {
          ... on Repository {
            pullRequests(states: $states, first: 100, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }) {
              ...ListedPage
            }
          }
        }
      }
    `,
    [listedPage],
  ),
  z.object({ rateLimit: cost, node: z.union([z.object({ pullRequests: listed }), nothing]).nullable() }),
  { needs: 'Metadata: read, Pull requests: read' },
);

export type ListAnswer = z.output<typeof listed>;
