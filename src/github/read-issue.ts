import type { IssueSnapshot, PullRequest } from '../domain/issue.ts';
import { formatIssue } from '../domain/issue.ts';
import { splitRepositoryName } from '../domain/repository-name.ts';
import { checkedRepositoryName } from './clone-url.ts';
import { notFound } from './errors.ts';
import type { IssueAddress } from './github.ts';
import type { Operation } from './operation.ts';
import { listComments, toComment } from './operations/comment.ts';
import { listAssignees, listClosingPullRequests, listLabels, listMentions } from './operations/issue-pages.ts';
import type { IssueAnswer, RepositoryWithIssue } from './operations/issue.ts';
import { readIssueById, readIssueByName } from './operations/issue.ts';
import type { PullRequestAnswer } from './operations/pull-request.ts';
import { toPullRequest } from './operations/pull-request.ts';
import { toRepository } from './operations/repository.ts';
import type { FetchPage, Page } from './paging.ts';
import { allNodes } from './paging.ts';
import type { Transport } from './transport.ts';

/** The whole issue: one request, and one more for every further page of whatever has more than one. */
export async function readIssue(transport: Transport, address: IssueAddress): Promise<IssueSnapshot> {
  const doing = `read the issue ${formatIssue(address)}`;
  const repository = await readFirstPages(transport, address, doing);
  if (!repository?.issue) throw notFound(doing);
  const { issue } = repository;
  return {
    id: issue.id,
    repository: toRepository(repository),
    number: issue.number,
    title: issue.title,
    body: issue.body,
    url: issue.url,
    state: issue.state === 'OPEN' ? 'open' : 'closed',
    author: issue.author?.login ?? null,
    milestone: issue.milestone?.title ?? null,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closedAt: issue.closedAt,
    ...(await readRest(transport, issue, doing)),
  };
}

async function readFirstPages(
  transport: Transport,
  { repositoryId, repository, number }: IssueAddress,
  doing: string,
): Promise<RepositoryWithIssue | null> {
  if (repositoryId === null) {
    const name = splitRepositoryName(checkedRepositoryName(repository));
    return (await transport.query(readIssueByName, { ...name, number }, doing)).repository;
  }
  return (await transport.query(readIssueById, { repositoryId, number }, doing)).node;
}

type Paged = Pick<IssueSnapshot, 'comments' | 'labels' | 'assignees' | 'linkedPullRequests'>;

/** One connection after the other: further pages are rare, and GitHub limits how many requests run at once. */
async function readRest(transport: Transport, issue: IssueAnswer, doing: string): Promise<Paged> {
  function rest<Field extends string, Node>(operation: PageOperation<Field, Node>, field: Field): FetchPage<Node> {
    return async (after) => {
      const { node } = await transport.query(operation, { subjectId: issue.id, after }, doing);
      if (node === null) throw notFound(doing);
      return node[field] ?? emptyPage;
    };
  }
  const comments = await allNodes(issue.comments, rest(listComments, 'comments'), doing);
  const labels = await allNodes(issue.labels, rest(listLabels, 'labels'), doing);
  const assignees = await allNodes(issue.assignees, rest(listAssignees, 'assignees'), doing);
  const closing = await allNodes(
    issue.closedByPullRequestsReferences,
    rest(listClosingPullRequests, 'closedByPullRequestsReferences'),
    doing,
  );
  const mentions = await allNodes(issue.timelineItems, rest(listMentions, 'timelineItems'), doing);
  const mentioning = mentions.flatMap((event) => event.source ?? []);
  return {
    comments: comments.map(toComment),
    labels: labels.map((label) => label.name),
    assignees: assignees.map((assignee) => assignee.login),
    linkedPullRequests: link(closing, mentioning),
  };
}

type PageOperation<Field extends string, Node> = Operation<
  { readonly node: Readonly<Record<Field, Page<Node> | null>> | null },
  { readonly subjectId: string; readonly after?: string | null }
>;

const emptyPage = { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] };

/** Anybody can mention an issue in a pull request; only a mention of our own says that the two belong together. */
function link(closing: readonly PullRequestAnswer[], mentioning: readonly PullRequestAnswer[]): PullRequest[] {
  const all = [...closing, ...mentioning.filter((pullRequest) => pullRequest.viewerDidAuthor)];
  return [...new Map(all.map((pullRequest) => [pullRequest.id, toPullRequest(pullRequest)])).values()];
}
