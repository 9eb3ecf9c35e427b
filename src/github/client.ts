import type { PullRequest, Repository } from '../domain/issue.ts';
import { splitRepositoryName } from '../domain/repository-name.ts';
import { checkedRepositoryName } from './clone-url.ts';
import { notFound, unexpected } from './errors.ts';
import { issuesById, lookAt } from './batched-looks.ts';
import type { GitHub, NewPullRequest, OwnComment } from './github.ts';
import { issueNumberPages, issuePages } from './issue-lists.ts';
import { createComment, editComment, listComments } from './operations/comment.ts';
import { createPullRequest, listPullRequests, toPullRequest } from './operations/pull-request.ts';
import {
  listRepositoriesOfOwner,
  readRecentRepositories,
  readRepository,
  readViewer,
  toRepository,
} from './operations/repository.ts';
import { pages } from './paging.ts';
import { readPermission } from './permission.ts';
import { readIssue } from './read-issue.ts';
import type { Transport, TransportOptions } from './transport.ts';
import { createTransport } from './transport.ts';
import { whereabouts } from './whereabouts.ts';

/** GitHub over its GraphQL API, and its REST API for the one thing that GraphQL lacks. Sends nothing before it is asked. */
export function createGitHub(options: TransportOptions): GitHub {
  const transport = createTransport(options);
  const viewer = onceItWorks(async () => (await transport.query(readViewer, {}, 'say whose token this is')).viewer);
  return {
    viewer,
    repository: (nameWithOwner) => repository(transport, nameWithOwner),
    recentRepositories: (most) => recentRepositories(transport, most),
    repositoriesOf: (owner) => repositoriesOf(transport, owner),
    issue: (address) => readIssue(transport, address),
    lookAt: (repositories) => lookAt(transport, repositories),
    listIssues: (address, filter = {}) => issuePages(transport, address, filter),
    issueNumbers: (address) => issueNumberPages(transport, address),
    issuesById: (ids) => issuesById(transport, ids),
    whereabouts: (issue) => whereabouts(transport, issue),
    permission: (nameWithOwner, login) => readPermission(transport, nameWithOwner, login),
    pullRequests: (nameWithOwner, headRefName) => pullRequests(transport, nameWithOwner, headRefName),
    createPullRequest: (input) => openPullRequest(transport, input),
    ownComments: (subjectId, marker) => ownComments(transport, subjectId, marker),
    addComment: (subjectId, body) => addComment(transport, subjectId, body),
    updateComment: (commentId, body) => updateComment(transport, commentId, body),
    rateLimit: () => transport.rateLimit(),
  };
}

async function repository(transport: Transport, nameWithOwner: string): Promise<Repository> {
  const doing = `read the repository ${checkedRepositoryName(nameWithOwner)}`;
  const answer = await transport.query(readRepository, splitRepositoryName(nameWithOwner), doing);
  if (answer.repository === null) throw notFound(doing);
  return toRepository(answer.repository);
}

async function recentRepositories(transport: Transport, first: number): Promise<readonly Repository[]> {
  const { viewer } = await transport.query(readRecentRepositories, { first }, 'list the repositories of this token');
  return (viewer.repositories.nodes ?? []).filter((node) => node !== null).map(toRepository);
}

async function* repositoriesOf(transport: Transport, owner: string): AsyncGenerator<readonly Repository[], void> {
  const doing = `list the repositories of ${owner}`;
  const all = pages(async (after) => {
    const answer = await transport.query(listRepositoriesOfOwner, { owner, after }, doing);
    if (answer.repositoryOwner === null) throw notFound(doing);
    return answer.repositoryOwner.repositories;
  }, doing);
  for await (const page of all) yield page.map(toRepository);
}

async function pullRequests(transport: Transport, nameWithOwner: string, headRefName: string): Promise<PullRequest[]> {
  const doing = `list the pull requests of ${checkedRepositoryName(nameWithOwner)} for the branch ${headRefName}`;
  const found: PullRequest[] = [];
  const variables = { ...splitRepositoryName(nameWithOwner), headRefName };
  const all = pages(async (after) => {
    const answer = await transport.query(listPullRequests, { ...variables, after }, doing);
    if (answer.repository === null) throw notFound(doing);
    return answer.repository.pullRequests;
  }, doing);
  for await (const page of all) {
    // A fork may have a branch of the same name; whoever wrote it needs no right here.
    found.push(...page.filter((pullRequest) => !pullRequest.isCrossRepository).map(toPullRequest));
  }
  return found;
}

async function openPullRequest(transport: Transport, input: NewPullRequest): Promise<PullRequest> {
  const doing = `open a pull request from ${input.headRefName} into ${input.baseRefName} (repository ${input.repositoryId})`;
  const answer = await transport.query(createPullRequest, { input: { ...input } }, doing);
  return toPullRequest(present(answer.createPullRequest?.pullRequest, doing));
}

async function ownComments(transport: Transport, subjectId: string, marker: string): Promise<OwnComment[]> {
  const doing = `list the comments of ${subjectId}`;
  const found: OwnComment[] = [];
  const all = pages(async (after) => {
    const { node } = await transport.query(listComments, { subjectId, after }, doing);
    if (node === null) throw notFound(doing);
    return node.comments;
  }, doing);
  for await (const page of all) {
    for (const { id, url, body, updatedAt, viewerDidAuthor } of page) {
      if (viewerDidAuthor && body.includes(marker)) found.push({ id, url, body, updatedAt });
    }
  }
  return found;
}

async function addComment(transport: Transport, subjectId: string, body: string): Promise<OwnComment> {
  const doing = `write a comment on ${subjectId}`;
  const answer = await transport.query(createComment, { input: { subjectId, body } }, doing);
  return present(answer.addComment?.commentEdge?.node, doing);
}

async function updateComment(transport: Transport, id: string, body: string): Promise<OwnComment> {
  const doing = `change the comment ${id}`;
  const answer = await transport.query(editComment, { input: { id, body } }, doing);
  return present(answer.updateIssueComment?.issueComment, doing);
}

/** The thing that a mutation made. Without an error it must be there. */
function present<T>(made: T | null | undefined, doing: string): T {
  if (made === null || made === undefined) throw unexpected(doing, 'it reported success without showing the result');
  return made;
}

/** Asks once for all callers; a failure is not kept. */
function onceItWorks<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | null = null;
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}
