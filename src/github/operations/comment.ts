import { z } from 'zod';
import type { IssueComment } from '../../domain/issue.ts';
import { graphql } from '../graphql.ts';
import { connection, nothing, operation } from '../operation.ts';

export const commentPage = graphql(`
  fragment CommentPage on IssueCommentConnection {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      author {
        login
      }
      body
      url
      createdAt
      updatedAt
      lastEditedAt
      viewerDidAuthor
    }
  }
`);

const comment = z.object({
  id: z.string(),
  author: z.object({ login: z.string() }).nullable(),
  body: z.string(),
  url: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  lastEditedAt: z.string().nullable(),
  viewerDidAuthor: z.boolean(),
});

export const comments = connection(comment);

/** Comments of an issue or a pull request, in the order in which they were written. */
export const listComments = operation(
  graphql(
    `
      query ListComments($subjectId: ID!, $after: String) {
        node(id: $subjectId) {
          ... on Issue {
            comments(first: 100, after: $after) {
              ...CommentPage
            }
          }
          ... on PullRequest {
            comments(first: 100, after: $after) {
              ...CommentPage
            }
          }
        }
      }
    `,
    [commentPage],
  ),
  z.object({ node: z.union([z.object({ comments }), nothing]).nullable() }),
  { needs: 'Issues: read' },
);

const ownCommentFields = graphql(`
  fragment OwnCommentFields on IssueComment {
    id
    url
    body
    updatedAt
  }
`);

const ownComment = z.object({ id: z.string(), url: z.string(), body: z.string(), updatedAt: z.string() });

export const createComment = operation(
  graphql(
    `
      mutation CreateComment($input: AddCommentInput!) {
        addComment(input: $input) {
          commentEdge {
            node {
              ...OwnCommentFields
            }
          }
        }
      }
    `,
    [ownCommentFields],
  ),
  z.object({
    addComment: z.object({ commentEdge: z.object({ node: ownComment.nullable() }).nullable() }).nullable(),
  }),
  { needs: 'Issues: write' },
);

export const editComment = operation(
  graphql(
    `
      mutation EditComment($input: UpdateIssueCommentInput!) {
        updateIssueComment(input: $input) {
          issueComment {
            ...OwnCommentFields
          }
        }
      }
    `,
    [ownCommentFields],
  ),
  z.object({ updateIssueComment: z.object({ issueComment: ownComment.nullable() }).nullable() }),
  { needs: 'Issues: write' },
);

/** A comment of the domain. */
export function toComment({ author, lastEditedAt, ...answer }: z.output<typeof comment>): IssueComment {
  return { ...answer, author: author?.login ?? null, editedAt: lastEditedAt };
}
