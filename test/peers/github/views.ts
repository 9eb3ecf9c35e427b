import type { GitOptions } from './git/git.ts';
import type { Hub } from './model/hub.ts';
import { endsOf, followRefs } from './model/pull-requests.ts';
import type { Discussion, IssueRecord, PullRequestRecord, RepositoryRecord, ReviewRecord } from './model/records.ts';

export interface CommentView {
  readonly id: string;
  readonly author: string;
  readonly body: string;
  readonly createdAt: string;
  readonly lastEditedAt: string | null;
  readonly isMinimized: boolean;
}

interface DiscussionView {
  readonly id: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly comments: readonly CommentView[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
}

export interface IssueView extends DiscussionView {
  readonly state: IssueRecord['state'];
  readonly stateReason: IssueRecord['stateReason'];
}

export interface PullRequestView extends DiscussionView {
  readonly state: PullRequestRecord['state'];
  readonly isDraft: boolean;
  readonly baseRefName: string;
  readonly headRefName: string;
  readonly headRefOid: string;
  readonly mergeCommitOid: string | null;
  readonly reviews: readonly (Pick<ReviewRecord, 'id' | 'state' | 'body' | 'commitOid'> & {
    readonly author: string;
  })[];
}

function discussionView(hub: Hub, item: Discussion): DiscussionView {
  const { store } = hub;
  const { id, number, title, body, createdAt, updatedAt, closedAt } = item;
  return {
    ...{ id, number, title, body, createdAt, updatedAt, closedAt },
    url: hub.baseUrl + hub.discussionPath(item),
    author: store.accountById(item.authorId).login,
    labels: item.labelIds.map((labelId) => store.get(labelId, 'Label').name),
    assignees: item.assigneeIds.map((accountId) => store.accountById(accountId).login),
    comments: store.children(item.id, 'IssueComment').map((comment) => ({
      id: comment.id,
      author: store.accountById(comment.authorId).login,
      body: comment.body,
      createdAt: comment.createdAt,
      lastEditedAt: comment.lastEditedAt,
      isMinimized: comment.minimizedReason !== null,
    })),
  };
}

function issueView(hub: Hub, issue: IssueRecord): IssueView {
  return { ...discussionView(hub, issue), state: issue.state, stateReason: issue.stateReason };
}

function pullRequestView(hub: Hub, item: PullRequestRecord): PullRequestView {
  const { state, isDraft, baseRefName, headRefName, headOid: headRefOid, mergeCommitOid } = item;
  const reviews = hub.store.children(item.id, 'PullRequestReview').map((review) => ({
    id: review.id,
    state: review.state,
    body: review.body,
    commitOid: review.commitOid,
    author: hub.store.accountById(review.authorId).login,
  }));
  const refs = { baseRefName, headRefName, headRefOid, mergeCommitOid };
  return { ...discussionView(hub, item), state, isDraft, ...refs, reviews };
}

/** A repository as it is now, for tests to look at. Every property is read anew. */
export class RepositoryView {
  readonly #hub: Hub;
  readonly #record: RepositoryRecord;

  constructor(hub: Hub, record: RepositoryRecord) {
    this.#hub = hub;
    this.#record = record;
  }

  get id(): string {
    return this.#record.id;
  }

  get nameWithOwner(): string {
    return this.#hub.store.nameWithOwner(this.#record);
  }

  get url(): string {
    return this.#hub.baseUrl + this.#hub.repositoryPath(this.#record);
  }

  /** For `git clone`. Holds no credential. */
  get cloneUrl(): string {
    return `${this.url}.git`;
  }

  /** The bare repository on disk. */
  get path(): string {
    return this.#hub.remote.path(this.#record);
  }

  get issues(): readonly IssueView[] {
    return this.#hub.store.children(this.#record.id, 'Issue').map((issue) => issueView(this.#hub, issue));
  }

  get pullRequests(): readonly PullRequestView[] {
    return this.#hub.store.children(this.#record.id, 'PullRequest').map((item) => pullRequestView(this.#hub, item));
  }

  issue(number: number): IssueView {
    const found = this.issues.find((issue) => issue.number === number);
    if (found === undefined) throw new Error(`${this.nameWithOwner} has no issue ${number}.`);
    return found;
  }

  pullRequest(number: number): PullRequestView {
    const found = this.pullRequests.find((item) => item.number === number);
    if (found === undefined) throw new Error(`${this.nameWithOwner} has no pull request ${number}.`);
    return found;
  }

  /** The branches with their commits. */
  async branches(): Promise<Readonly<Record<string, string>>> {
    const refs = await this.#hub.remote.refs(this.#record);
    const branches = [...refs].filter(([name]) => name.startsWith('refs/heads/'));
    return Object.fromEntries(branches.map(([name, oid]) => [name.slice('refs/heads/'.length), oid]));
  }

  /** The unified diff of a pull request. */
  async diff(number: number): Promise<string> {
    const item = this.#hub.store.discussion(this.#record.id, number);
    if (item?.type !== 'PullRequest') throw new Error(`${this.nameWithOwner} has no pull request ${number}.`);
    const { baseOid, headOid } = endsOf(await this.#hub.remote.refs(this.#record), item);
    return this.#hub.differences.text(this.#record, baseOid, headOid);
  }

  /** Runs git in the bare repository; pull requests follow what it does to refs. */
  async git(args: readonly string[], options?: GitOptions): Promise<string> {
    const output = await this.#hub.remote.run(this.#record, args, options);
    await followRefs(this.#hub, this.#record, null);
    return output.trimEnd();
  }
}
