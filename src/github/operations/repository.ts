import { z } from 'zod';
import type { Permission, Repository } from '../../domain/issue.ts';
import { graphql } from '../graphql.ts';
import { connection, operation } from '../operation.ts';

export const repositoryFields = graphql(`
  fragment RepositoryFields on Repository {
    id
    nameWithOwner
    url
    isPrivate
    isArchived
    hasIssuesEnabled
    viewerPermission
    defaultBranchRef {
      name
      target {
        oid
      }
    }
  }
`);

export const repositoryAnswer = z.object({
  id: z.string(),
  nameWithOwner: z.string(),
  url: z.string(),
  isPrivate: z.boolean(),
  isArchived: z.boolean(),
  hasIssuesEnabled: z.boolean(),
  viewerPermission: z.enum(['ADMIN', 'MAINTAIN', 'READ', 'TRIAGE', 'WRITE']).nullable(),
  defaultBranchRef: z.object({ name: z.string(), target: z.object({ oid: z.string() }).nullable() }).nullable(),
});

export const readViewer = operation(
  graphql(`
    query ReadViewer {
      viewer {
        login
      }
    }
  `),
  z.object({ viewer: z.object({ login: z.string() }) }),
  { needs: 'Metadata: read' },
);

/** Those that somebody would want to work on, newest push first. */
export const readRecentRepositories = operation(
  graphql(
    `
      query ReadRecentRepositories($first: Int!) {
        viewer {
          repositories(
            first: $first
            isArchived: false
            affiliations: [OWNER, COLLABORATOR, ORGANIZATION_MEMBER]
            ownerAffiliations: [OWNER, COLLABORATOR, ORGANIZATION_MEMBER]
            orderBy: { field: PUSHED_AT, direction: DESC }
          ) {
            nodes {
              ...RepositoryFields
            }
          }
        }
      }
    `,
    [repositoryFields],
  ),
  z.object({
    viewer: z.object({ repositories: z.object({ nodes: z.array(repositoryAnswer.nullable()).nullable() }) }),
  }),
  { needs: 'Metadata: read, Contents: read' },
);

export const readRepository = operation(
  graphql(
    `
      query ReadRepository($owner: String!, $name: String!) {
        repository(owner: $owner, name: $name) {
          ...RepositoryFields
        }
      }
    `,
    [repositoryFields],
  ),
  z.object({ repository: repositoryAnswer.nullable() }),
  { needs: 'Metadata: read, Contents: read' },
);

export const listRepositoriesOfOwner = operation(
  graphql(
    `
      query ListRepositoriesOfOwner($owner: String!, $after: String) {
        repositoryOwner(login: $owner) {
          repositories(first: 100, after: $after, ownerAffiliations: [OWNER], isArchived: false) {
            pageInfo {
              hasNextPage
              endCursor
            }
            nodes {
              ...RepositoryFields
            }
          }
        }
      }
    `,
    [repositoryFields],
  ),
  z.object({ repositoryOwner: z.object({ repositories: connection(repositoryAnswer) }).nullable() }),
  { needs: 'Metadata: read, Contents: read' },
);

/** A repository of the domain. One without commits has no default branch, whatever name GitHub has reserved for it. */
export function toRepository(answer: z.output<typeof repositoryAnswer>): Repository {
  const branch = answer.defaultBranchRef;
  return {
    id: answer.id,
    nameWithOwner: answer.nameWithOwner,
    url: answer.url,
    isPrivate: answer.isPrivate,
    isArchived: answer.isArchived,
    hasIssues: answer.hasIssuesEnabled,
    defaultBranch: branch?.target ? { name: branch.name, oid: branch.target.oid } : null,
    viewerPermission: toPermission(answer.viewerPermission),
  };
}

function toPermission(permission: z.output<typeof repositoryAnswer>['viewerPermission']): Permission {
  return permission === null ? 'none' : (permission.toLowerCase() as Lowercase<typeof permission>);
}
