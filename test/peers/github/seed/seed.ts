import type { CommitInput } from '../git/fast-import.ts';
import type { MergeMethod } from '../git/merging.ts';
import { addComment, editComment } from '../model/comments.ts';
import { createCheckRun, updateCheckRun, type CheckRunReport } from '../model/checks.ts';
import { deleteIssue, transferIssue } from '../model/departures.ts';
import {
  closeIssue,
  closePullRequest,
  createPullRequest,
  editDiscussion,
  reopenIssue,
  setLabels,
} from '../model/discussions.ts';
import {
  branchRef,
  endsOf,
  followRefs,
  mergeInRemote,
  pullRequestRef,
  reopenPullRequest,
  setDraft,
} from '../model/pull-requests.ts';
import type {
  CheckAnnotation,
  CheckConclusion,
  CheckStatus,
  IssueRecord,
  PullRequestRecord,
  StatusContextRecord,
} from '../model/records.ts';
import { addFleet, type FleetRepository, type FleetSeed } from './fleet.ts';
import { Foundations } from './foundations.ts';

export interface CheckRunSeed {
  /** The commit. */
  readonly oid: string;
  readonly name: string;
  readonly status?: CheckStatus;
  readonly conclusion?: CheckConclusion;
  readonly title?: string;
  readonly summary?: string;
  readonly text?: string;
  readonly detailsUrl?: string;
  readonly isRequired?: boolean;
  readonly annotations?: readonly CheckAnnotation[];
  readonly log?: string;
}

export interface PullRequestSeed {
  readonly headRefName: string;
  /** Default: the default branch. */
  readonly baseRefName?: string;
  readonly title: string;
  readonly body?: string;
  /** Default: the repository's owner. */
  readonly author?: string;
  readonly draft?: boolean;
}

/**
 * Puts things into the local GitHub, and does what people do there, without asking for rights. Repositories are named
 * `owner/name`; where nobody is named, the repository's owner acts.
 */
export class Seed extends Foundations {
  /** Changes title or body of an issue or pull request. */
  editIssue(
    repository: string,
    number: number,
    { editor, ...edit }: { readonly title?: string; readonly body?: string; readonly editor?: string },
  ): void {
    const item = this.findDiscussion(repository, number);
    const editorId = editor === undefined ? item.authorId : this.addUser(editor).id;
    editDiscussion(this.hub, item, edit, editorId);
  }

  /** Makes the labels exactly these. */
  setLabels(repository: string, number: number, names: readonly string[]): void {
    const record = this.findRepository(repository);
    const labelIds = names.map((name) => this.findLabel(record, name).id);
    setLabels(this.hub, this.findDiscussion(repository, number), labelIds, record.ownerId);
  }

  closeIssue(repository: string, number: number, reason: IssueRecord['stateReason'] = 'COMPLETED'): void {
    const issue = this.#issue(repository, number);
    const actorId = this.findRepository(repository).ownerId;
    closeIssue(this.hub, issue, { actorId, ...(reason === null ? {} : { reason }) });
  }

  reopenIssue(repository: string, number: number): void {
    reopenIssue(this.hub, this.#issue(repository, number), this.findRepository(repository).ownerId);
  }

  deleteIssue(repository: string, number: number): void {
    deleteIssue(this.hub, this.#issue(repository, number));
  }

  /** Moves an issue to another repository, where it gets a number and a node id of its own. */
  transferIssue(repository: string, number: number, to: string): { readonly id: string; readonly number: number } {
    return transferIssue(this.hub, this.#issue(repository, number), this.findRepository(to));
  }

  addComment(
    repository: string,
    number: number,
    comment: { readonly body: string; readonly author?: string; readonly createdAt?: string },
  ): { readonly id: string } {
    const { author, ...rest } = comment;
    const authorId = this.findActor(this.findRepository(repository), author).id;
    return addComment(this.hub, this.findDiscussion(repository, number), { ...rest, authorId });
  }

  /** Edits a comment, by default as its author. */
  editComment(id: string, body: string, editor?: string): void {
    const comment = this.hub.store.get(id, 'IssueComment');
    editComment(this.hub, comment, body, editor === undefined ? comment.authorId : this.addUser(editor).id);
  }

  /** Adds a commit to a branch of the remote, as somebody's push would. Returns its id. */
  async addCommit(repository: string, branch: string, commit: CommitInput): Promise<string> {
    const record = this.findRepository(repository);
    const oid = await this.hub.remote.commit(record, branch, commit);
    await followRefs(this.hub, record, record.ownerId);
    return oid;
  }

  /** Opens a pull request of two branches that are there. */
  async addPullRequest(
    repository: string,
    seed: PullRequestSeed,
  ): Promise<{ readonly id: string; readonly number: number }> {
    const record = this.findRepository(repository);
    const { headRefName, baseRefName = record.defaultBranch, title, body = '' } = seed;
    const refs = await this.hub.remote.refs(record);
    const headOid = refs.get(branchRef(headRefName));
    const baseOid = refs.get(branchRef(baseRefName));
    if (headOid === undefined || baseOid === undefined) {
      throw new Error(`${repository} has no branch ${headOid === undefined ? headRefName : baseRefName}.`);
    }
    const pullRequest = createPullRequest(this.hub, record, {
      ...{ headRefName, baseRefName, headOid, baseOid, title, body },
      authorId: this.findActor(record, seed.author).id,
      isDraft: seed.draft ?? false,
      maintainerCanModify: true,
    });
    await this.hub.remote.updateRef(record, pullRequestRef(pullRequest), headOid);
    return pullRequest;
  }

  closePullRequest(repository: string, number: number): void {
    closePullRequest(this.hub, this.#pullRequest(repository, number), this.findRepository(repository).ownerId);
  }

  /** Opens a closed one again, where its branch is still there. */
  async reopenPullRequest(repository: string, number: number): Promise<void> {
    const record = this.findRepository(repository);
    const pullRequest = this.#pullRequest(repository, number);
    if (pullRequest.state !== 'CLOSED') throw new Error(`${repository}#${number} is not closed.`);
    reopenPullRequest(this.hub, pullRequest, { refs: await this.hub.remote.refs(record), actorId: record.ownerId });
  }

  /** Makes it a draft, or ready for review. */
  setDraft(repository: string, number: number, isDraft: boolean): void {
    setDraft(this.hub, this.#pullRequest(repository, number), isDraft, this.findRepository(repository).ownerId);
  }

  /** Puts another commit in the place of a branch's last one, as a force-push would. Returns its id. */
  async forcePush(repository: string, branch: string, commit: CommitInput): Promise<string> {
    const record = this.findRepository(repository);
    const oid = await this.hub.remote.commit(record, branch, { ...commit, amend: true });
    await followRefs(this.hub, record, record.ownerId);
    return oid;
  }

  /** Many repositories alike, in seconds. */
  addFleet(seed: FleetSeed): Promise<readonly FleetRepository[]> {
    return addFleet(this.hub, this.hub.store.accountById(this.addUser(seed.owner).id), seed);
  }

  /** Merges in the remote itself. @throws Error if it conflicts. */
  async mergePullRequest(repository: string, number: number, method: MergeMethod = 'MERGE'): Promise<void> {
    const record = this.findRepository(repository);
    const pullRequest = this.#pullRequest(repository, number);
    const outcome = await this.hub.exclusively(record, async () =>
      mergeInRemote(this.hub, pullRequest, {
        method,
        actor: this.findActor(record, undefined),
        message: `Merge pull request #${number}`,
        ...endsOf(await this.hub.remote.refs(record), pullRequest),
      }),
    );
    if (outcome !== 'merged') throw new Error(`${repository}#${number} could not be merged: ${outcome}.`);
    await followRefs(this.hub, record, record.ownerId);
  }

  /** Reports a check run for a commit; again under the same name, it is the newer one that counts. */
  addCheckRun(repository: string, seed: CheckRunSeed): { readonly id: string; readonly databaseId: number } {
    return createCheckRun(this.hub, this.findRepository(repository), seed);
  }

  /** Changes a run in place: it goes on, ends, or begins anew. */
  updateCheckRun(id: string, report: CheckRunReport): void {
    updateCheckRun(this.hub, this.hub.store.get(id, 'CheckRun'), report);
  }

  addStatus(
    repository: string,
    seed: { oid: string; context: string; state: StatusContextRecord['state']; description?: string },
  ): { readonly id: string } {
    const { oid: headOid, context, state, description = null } = seed;
    const record = this.findRepository(repository);
    return this.hub.store.insert('StatusContext', record.id, { headOid, context, state, description, targetUrl: null });
  }

  #issue(repository: string, number: number): IssueRecord {
    const found = this.findDiscussion(repository, number);
    if (found.type !== 'Issue') throw new Error(`${repository}#${number} is a pull request.`);
    return found;
  }

  #pullRequest(repository: string, number: number): PullRequestRecord {
    const found = this.findDiscussion(repository, number);
    if (found.type !== 'PullRequest') throw new Error(`${repository}#${number} is an issue.`);
    return found;
  }
}
