import { z } from 'zod';
import { graphql } from '../graphql.ts';
import { connection, nothing, operation } from '../operation.ts';
import { pullRequestAnswer, pullRequestFields } from './pull-request.ts';

export const labelPage = graphql(`
  fragment LabelPage on LabelConnection {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      name
    }
  }
`);

export const assigneePage = graphql(`
  fragment AssigneePage on UserConnection {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      login
    }
  }
`);

/** Pull requests that will close, or have closed, the issue. */
export const closingPage = graphql(
  `
    fragment ClosingPage on PullRequestConnection {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...PullRequestFields
      }
    }
  `,
  [pullRequestFields],
);

/** Pull requests, among other things, that mention the issue. */
export const mentionPage = graphql(
  `
    fragment MentionPage on IssueTimelineItemsConnection {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ... on CrossReferencedEvent {
          source {
            ... on PullRequest {
              ...PullRequestFields
            }
          }
        }
      }
    }
  `,
  [pullRequestFields],
);

export const labels = connection(z.object({ name: z.string() }));
export const assignees = connection(z.object({ login: z.string() }));
export const closingPullRequests = connection(pullRequestAnswer);
export const mentions = connection(z.union([z.object({ source: z.union([pullRequestAnswer, nothing]) }), nothing]));

export const listLabels = operation(
  graphql(
    `
      query ListLabels($subjectId: ID!, $after: String) {
        node(id: $subjectId) {
          ... on Issue {
            labels(first: 100, after: $after) {
              ...LabelPage
            }
          }
        }
      }
    `,
    [labelPage],
  ),
  z.object({ node: z.union([z.object({ labels: labels.nullable() }), nothing]).nullable() }),
  { needs: 'Issues: read' },
);

export const listAssignees = operation(
  graphql(
    `
      query ListAssignees($subjectId: ID!, $after: String) {
        node(id: $subjectId) {
          ... on Issue {
            assignees(first: 100, after: $after) {
              ...AssigneePage
            }
          }
        }
      }
    `,
    [assigneePage],
  ),
  z.object({ node: z.union([z.object({ assignees }), nothing]).nullable() }),
  { needs: 'Issues: read' },
);

export const listClosingPullRequests = operation(
  graphql(
    `
      query ListClosingPullRequests($subjectId: ID!, $after: String) {
        node(id: $subjectId) {
          ... on Issue {
            closedByPullRequestsReferences(first: 50, after: $after, includeClosedPrs: true) {
              ...ClosingPage
            }
          }
        }
      }
    `,
    [closingPage],
  ),
  z.object({
    node: z.union([z.object({ closedByPullRequestsReferences: closingPullRequests.nullable() }), nothing]).nullable(),
  }),
  { needs: 'Pull requests: read', optional: ['closedByPullRequestsReferences'] },
);

export const listMentions = operation(
  graphql(
    `
      query ListMentions($subjectId: ID!, $after: String) {
        node(id: $subjectId) {
          ... on Issue {
            timelineItems(first: 50, after: $after, itemTypes: [CROSS_REFERENCED_EVENT]) {
              ...MentionPage
            }
          }
        }
      }
    `,
    [mentionPage],
  ),
  z.object({ node: z.union([z.object({ timelineItems: mentions }), nothing]).nullable() }),
  { needs: 'Pull requests: read', optional: ['timelineItems'] },
);
