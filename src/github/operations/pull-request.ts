import { z } from 'zod';
import type { PullRequest } from '../../domain/issue.ts';
import { graphql } from '../graphql.ts';
import { connection, operation } from '../operation.ts';

export const pullRequestFields = graphql(`
  fragment PullRequestFields on PullRequest {
    id
    number
    url
    title
    state
    isDraft
    isCrossRepository
    headRefName
    headRefOid
    headRepository {
      nameWithOwner
    }
    baseRefName
    viewerDidAuthor
  }
`);

export const pullRequestAnswer = z.object({
  id: z.string(),
  number: z.int(),
  url: z.string(),
  title: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  isCrossRepository: z.boolean(),
  headRefName: z.string(),
  headRefOid: z.string(),
  headRepository: z.object({ nameWithOwner: z.string() }).nullable(),
  baseRefName: z.string(),
  viewerDidAuthor: z.boolean(),
});

export type PullRequestAnswer = z.output<typeof pullRequestAnswer>;

export const listPullRequests = operation(
  graphql(
    `
      query ListPullRequests($owner: String!, $name: String!, $headRefName: String!, $after: String) {
        repository(owner: $owner, name: $name) {
          pullRequests(
            headRefName: $headRefName
            first: 100
            after: $after
            orderBy: { field: CREATED_AT, direction: DESC }
          ) {
            pageInfo {
              hasNextPage
              endCursor
            }
            nodes {
              ...PullRequestFields
            }
          }
        }
      }
    `,
    [pullRequestFields],
  ),
  z.object({ repository: z.object({ pullRequests: connection(pullRequestAnswer) }).nullable() }),
  { needs: 'Pull requests: read' },
);

export const createPullRequest = operation(
  graphql(
    `
      mutation CreatePullRequest($input: CreatePullRequestInput!) {
        createPullRequest(input: $input) {
          pullRequest {
            ...PullRequestFields
          }
        }
      }
    `,
    [pullRequestFields],
  ),
  z.object({ createPullRequest: z.object({ pullRequest: pullRequestAnswer.nullable() }).nullable() }),
  { needs: 'Pull requests: write' },
);

/** A pull request of the domain. */
export function toPullRequest(answer: PullRequestAnswer): PullRequest {
  return {
    id: answer.id,
    number: answer.number,
    url: answer.url,
    title: answer.title,
    state: answer.state.toLowerCase() as Lowercase<typeof answer.state>,
    isDraft: answer.isDraft,
    headRefName: answer.headRefName,
    headOid: answer.headRefOid,
    baseRefName: answer.baseRefName,
    headRepository: answer.headRepository?.nameWithOwner ?? null,
    viewerDidAuthor: answer.viewerDidAuthor,
  };
}
