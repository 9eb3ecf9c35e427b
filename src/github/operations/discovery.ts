import { z } from 'zod';
import { graphql } from '../graphql.ts';
import { connection, nothing, operation } from '../operation.ts';
import { cost } from './pull-request-lists.ts';

const contextFields = graphql(`
  fragment ContextFields on StatusCheckRollupContext {
    ... on CheckRun {
      id
      name
      status
      conclusion
      startedAt
      completedAt
      detailsUrl
      checkSuite {
        app {
          slug
        }
        workflowRun {
          event
          workflow {
            name
          }
        }
      }
    }
    ... on StatusContext {
      context
      state
      createdAt
      targetUrl
    }
  }
`);

const statusState = z.enum(['ERROR', 'EXPECTED', 'FAILURE', 'PENDING', 'SUCCESS']);
const conclusion = z.enum([
  ...(['ACTION_REQUIRED', 'CANCELLED', 'FAILURE', 'NEUTRAL', 'SKIPPED', 'STALE', 'STARTUP_FAILURE'] as const),
  ...(['SUCCESS', 'TIMED_OUT'] as const),
]);
const status = z.enum(['COMPLETED', 'IN_PROGRESS', 'PENDING', 'QUEUED', 'REQUESTED', 'WAITING']);
const checkRunState = z.enum([
  ...(['ACTION_REQUIRED', 'CANCELLED', 'COMPLETED', 'FAILURE', 'IN_PROGRESS', 'NEUTRAL', 'PENDING', 'QUEUED'] as const),
  ...(['SKIPPED', 'STALE', 'STARTUP_FAILURE', 'SUCCESS', 'TIMED_OUT', 'WAITING'] as const),
]);

const context = z.union([
  z.object({
    id: z.string(),
    name: z.string(),
    status,
    conclusion: conclusion.nullable(),
    startedAt: z.string().nullable(),
    completedAt: z.string().nullable(),
    detailsUrl: z.string().nullable(),
    checkSuite: z.object({
      app: z.object({ slug: z.string() }).nullable(),
      workflowRun: z.object({ event: z.string(), workflow: z.object({ name: z.string() }) }).nullable(),
    }),
  }),
  z.object({
    context: z.string(),
    state: statusState,
    createdAt: z.string(),
    targetUrl: z.string().nullable(),
  }),
]);

const countsOf = {
  totalCount: z.int(),
  checkRunCountsByState: z.array(z.object({ state: checkRunState, count: z.int() })).nullable(),
  statusContextCountsByState: z.array(z.object({ state: statusState, count: z.int() })).nullable(),
};

const names = z.array(z.object({ name: z.string() }).nullable()).nullable();

const pullRequest = z.object({
  id: z.string(),
  number: z.int(),
  url: z.string(),
  title: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  headRefName: z.string(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  headRepository: z.object({ nameWithOwner: z.string() }).nullable(),
  viewerDidAuthor: z.boolean(),
  author: z.object({ login: z.string() }).nullable(),
  labels: z.object({ nodes: names }).nullable(),
  mergeable: z.enum(['CONFLICTING', 'MERGEABLE', 'UNKNOWN']),
  createdAt: z.string(),
  updatedAt: z.string(),
  mergedAt: z.string().nullable(),
  closedAt: z.string().nullable(),
  repository: z.object({ id: z.string() }),
  statusCheckRollup: z.object({ state: statusState, contexts: connection(context).extend(countsOf) }).nullable(),
});

/** Pull requests with their checks, by node id: whatever became of them. */
export const readPullRequests = operation(
  graphql(
    `
      query ReadPullRequests($ids: [ID!]!, $contexts: Int!) {
        rateLimit {
          cost
        }
        nodes(ids: $ids) {
          ... on PullRequest {
            id
            number
            url
            title
            state
            isDraft
            headRefName
            headRefOid
            baseRefName
            headRepository {
              nameWithOwner
            }
            viewerDidAuthor
            author {
              login
            }
            labels(first: 100) {
              nodes {
                name
              }
            }
            mergeable
            createdAt
            updatedAt
            mergedAt
            closedAt
            repository {
              id
            }
            statusCheckRollup {
              state
              contexts(first: $contexts) {
                totalCount
                checkRunCountsByState {
                  state
                  count
                }
                statusContextCountsByState {
                  state
                  count
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
                nodes {
                  ...ContextFields
                }
              }
            }
          }
        }
      }
    `,
    [contextFields],
  ),
  z.object({ rateLimit: cost, nodes: z.array(z.union([pullRequest, nothing]).nullable()) }),
  { needs: 'Pull requests: read, Checks: read, Commit statuses: read' },
);

/** The next page of the checks of one pull request's head. */
export const readMoreChecks = operation(
  graphql(
    `
      query ReadMoreChecks($id: ID!, $after: String) {
        rateLimit {
          cost
        }
        node(id: $id) {
          ... on PullRequest {
            headRefOid
            statusCheckRollup {
              contexts(first: 100, after: $after) {
                pageInfo {
                  hasNextPage
                  endCursor
                }
                nodes {
                  ...ContextFields
                }
              }
            }
          }
        }
      }
    `,
    [contextFields],
  ),
  z.object({
    rateLimit: cost,
    node: z
      .union([
        z.object({
          headRefOid: z.string(),
          statusCheckRollup: z.object({ contexts: connection(context) }).nullable(),
        }),
        nothing,
      ])
      .nullable(),
  }),
  { needs: 'Checks: read, Commit statuses: read' },
);

/** How many checks stand where, and not which: what waits for checks is asked this in every cycle. */
export const countChecks = operation(
  graphql(`
    query CountChecks($ids: [ID!]!) {
      rateLimit {
        cost
      }
      nodes(ids: $ids) {
        ... on PullRequest {
          id
          headRefOid
          statusCheckRollup {
            state
            contexts(first: 1) {
              totalCount
              checkRunCountsByState {
                state
                count
              }
              statusContextCountsByState {
                state
                count
              }
            }
          }
        }
      }
    }
  `),
  z.object({
    rateLimit: cost,
    nodes: z.array(
      z
        .union([
          z.object({
            id: z.string(),
            headRefOid: z.string(),
            statusCheckRollup: z.object({ state: statusState, contexts: z.object(countsOf) }).nullable(),
          }),
          nothing,
        ])
        .nullable(),
    ),
  }),
  { needs: 'Pull requests: read, Checks: read, Commit statuses: read' },
);

export type PullRequestAnswer = z.output<typeof pullRequest>;
export type ContextAnswer = z.output<typeof context>;
export type CountsAnswer = z.output<z.ZodObject<typeof countsOf>>;
export type StatusStateAnswer = z.output<typeof statusState>;
