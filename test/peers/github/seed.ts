import type { CommitInput, FileInput } from './git/fast-import.ts';
import { allTokenPermissions } from './model/access.ts';
import { addComment } from './model/comments.ts';
import { createIssue, editDiscussion } from './model/discussions.ts';
import type { Hub } from './model/hub.ts';
import { followRefs } from './model/pull-requests.ts';
import type {
  AccountRecord,
  CheckAnnotation,
  CheckConclusion,
  CheckStatus,
  Discussion,
  LabelRecord,
  Permission,
  RepositoryRecord,
  StatusContextRecord,
  TokenPermissions,
} from './model/records.ts';

export interface UserSeed {
  readonly login: string;
  readonly name?: string;
  readonly email?: string;
  /** Default `User`. A bot's login is given without `[bot]`. */
  readonly type?: AccountRecord['type'];
}

export interface TokenSeed {
  readonly token: string;
  readonly login: string;
  /** Default everything, as a classic token with `repo` and `workflow`. */
  readonly permissions?: TokenPermissions;
  /** Only these `owner/name`s; default all that the login reaches. */
  readonly repositories?: readonly string[];
}

export interface RepositorySeed {
  readonly owner: string;
  readonly name: string;
  readonly private?: boolean;
  readonly archived?: boolean;
  readonly description?: string;
  /** Default: the branch that `fromGitRepository` has checked out, else `main`. */
  readonly defaultBranch?: string;
  /** The first commit. */
  readonly files?: Readonly<Record<string, FileInput>>;
  /** A repository on disk whose HEAD is taken over. It is only read. */
  readonly fromGitRepository?: string;
  readonly permissions?: Readonly<Record<string, Permission>>;
}

export interface IssueSeed {
  readonly title: string;
  readonly body?: string;
  /** Default: the repository's owner. */
  readonly author?: string;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
  readonly milestone?: string;
  readonly createdAt?: string;
}

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

/** Puts things into the local GitHub without asking for rights. Repositories are named `owner/name`. */
export class Seed {
  readonly #hub: Hub;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** Adds an account, or finds the one that already has the login. */
  addUser(user: string | UserSeed): { readonly id: string; readonly login: string } {
    const { login, name = null, email, type = 'User' } = typeof user === 'string' ? { login: user } : user;
    const known = this.#hub.store.account(login);
    if (known !== undefined) return known;
    const address = email ?? `${login.toLowerCase()}@users.noreply.github.local`;
    return this.#hub.store.insert(type, null, { login, name, email: address });
  }

  addToken({ token, login, permissions = allTokenPermissions, repositories }: TokenSeed): void {
    this.addUser(login);
    const names = repositories?.map((name) => name.toLowerCase()) ?? null;
    this.#hub.store.addToken({ token, login, permissions, repositories: names });
  }

  revokeToken(token: string): void {
    this.#hub.store.removeToken(token);
  }

  async addRepository(seed: RepositorySeed): Promise<{ readonly id: string; readonly nameWithOwner: string }> {
    const { store, remote } = this.#hub;
    const owner = this.addUser(seed.owner);
    const nameWithOwner = `${owner.login}/${seed.name}`;
    if (store.repository(nameWithOwner, false) !== undefined) throw new Error(`${nameWithOwner} exists already.`);
    const source = seed.fromGitRepository;
    const checkedOut = source === undefined ? null : await remote.branchOf(source);
    const repository = store.insert('Repository', null, {
      ownerId: owner.id,
      name: seed.name,
      formerNames: [],
      description: seed.description ?? null,
      isPrivate: seed.private ?? false,
      isArchived: seed.archived ?? false,
      defaultBranch: seed.defaultBranch ?? checkedOut ?? 'main',
      permissions: {},
      nextNumber: 1,
      pushedAt: this.#hub.now(),
      allowedMergeMethods: ['MERGE', 'SQUASH', 'REBASE'],
    });
    await remote.create(repository);
    if (source !== undefined) await remote.import(repository, source);
    if (seed.files !== undefined) {
      await remote.commit(repository, repository.defaultBranch, { message: 'Initial commit', files: seed.files });
    }
    for (const [login, permission] of Object.entries(seed.permissions ?? {})) {
      this.setPermission(nameWithOwner, login, permission);
    }
    return { id: repository.id, nameWithOwner };
  }

  /** Gives or, with null, takes a collaborator's permission. */
  setPermission(repository: string, login: string, permission: Permission | null): void {
    this.addUser(login);
    const record = this.#repository(repository);
    const { [login.toLowerCase()]: _former, ...others } = record.permissions;
    const permissions = permission === null ? others : { ...others, [login.toLowerCase()]: permission };
    this.#hub.store.note(record, { permissions });
  }

  setRepository(
    repository: string,
    fields: Partial<Pick<RepositoryRecord, 'isPrivate' | 'isArchived' | 'description' | 'allowedMergeMethods'>>,
  ): void {
    this.#hub.store.change(this.#repository(repository), fields);
  }

  /** Renames; the old name goes on leading to the repository. */
  renameRepository(repository: string, name: string): void {
    const record = this.#repository(repository);
    const former = this.#hub.store.nameWithOwner(record).toLowerCase();
    this.#hub.store.change(record, { name, formerNames: [...record.formerNames, former] });
  }

  addLabel(
    repository: string,
    name: string,
    more: { color?: string; description?: string } = {},
  ): { readonly id: string } {
    return this.#label(this.#repository(repository), name, more);
  }

  addMilestone(
    repository: string,
    title: string,
    more: { description?: string; dueOn?: string } = {},
  ): { readonly id: string; readonly number: number } {
    const record = this.#repository(repository);
    const number = this.#hub.store.children(record.id, 'Milestone').length + 1;
    const { description = null, dueOn = null } = more;
    return this.#hub.store.insert('Milestone', record.id, { number, title, description, dueOn, closedAt: null });
  }

  addIssue(repository: string, seed: IssueSeed): { readonly id: string; readonly number: number } {
    const record = this.#repository(repository);
    const milestone = this.#hub.store.children(record.id, 'Milestone').find(({ title }) => title === seed.milestone);
    return createIssue(this.#hub, record, {
      title: seed.title,
      body: seed.body ?? '',
      authorId: seed.author === undefined ? record.ownerId : this.addUser(seed.author).id,
      labelIds: (seed.labels ?? []).map((name) => this.#label(record, name).id),
      assigneeIds: (seed.assignees ?? []).map((login) => this.addUser(login).id),
      milestoneId: milestone?.id ?? null,
      ...(seed.createdAt === undefined ? {} : { createdAt: seed.createdAt }),
    });
  }

  /** Changes an issue or pull request as its author would. */
  editIssue(repository: string, number: number, edit: { readonly title?: string; readonly body?: string }): void {
    const item = this.#discussion(repository, number);
    editDiscussion(this.#hub, item, edit, item.authorId);
  }

  addComment(
    repository: string,
    number: number,
    comment: { readonly body: string; readonly author?: string; readonly createdAt?: string },
  ): { readonly id: string } {
    const { author, ...rest } = comment;
    const subject = this.#discussion(repository, number);
    const authorId = author === undefined ? this.#repository(repository).ownerId : this.addUser(author).id;
    return addComment(this.#hub, subject, { ...rest, authorId });
  }

  /** Adds a commit to a branch of the remote, as somebody's push would. Returns its id. */
  async addCommit(repository: string, branch: string, commit: CommitInput): Promise<string> {
    const record = this.#repository(repository);
    const oid = await this.#hub.remote.commit(record, branch, commit);
    await followRefs(this.#hub, record, record.ownerId);
    return oid;
  }

  /** Reports a check run for a commit; again under the same name, it is the newer one that counts. */
  addCheckRun(repository: string, seed: CheckRunSeed): { readonly id: string; readonly databaseId: number } {
    const { store } = this.#hub;
    const record = this.#repository(repository);
    const known = store.children(record.id, 'CheckSuite').find(({ headOid }) => headOid === seed.oid);
    const suite = known ?? store.insert('CheckSuite', record.id, { headOid: seed.oid, appName: 'github-actions' });
    const status = seed.status ?? (seed.conclusion === undefined ? 'IN_PROGRESS' : 'COMPLETED');
    return store.insert('CheckRun', suite.id, {
      name: seed.name,
      status,
      conclusion: seed.conclusion ?? null,
      startedAt: status === 'QUEUED' ? null : this.#hub.now(),
      completedAt: status === 'COMPLETED' ? this.#hub.now() : null,
      title: seed.title ?? null,
      summary: seed.summary ?? null,
      text: seed.text ?? null,
      detailsUrl: seed.detailsUrl ?? null,
      isRequired: seed.isRequired ?? false,
      annotations: [...(seed.annotations ?? [])],
      log: seed.log ?? null,
    });
  }

  addStatus(
    repository: string,
    seed: { oid: string; context: string; state: StatusContextRecord['state']; description?: string },
  ): { readonly id: string } {
    const { oid: headOid, context, state, description = null } = seed;
    const record = this.#repository(repository);
    return this.#hub.store.insert('StatusContext', record.id, {
      headOid,
      context,
      state,
      description,
      targetUrl: null,
    });
  }

  #repository(nameWithOwner: string): RepositoryRecord {
    const found = this.#hub.store.repository(nameWithOwner);
    if (found === undefined) throw new Error(`The local GitHub has no repository ${nameWithOwner}.`);
    return found;
  }

  #discussion(repository: string, number: number): Discussion {
    const found = this.#hub.store.discussion(this.#repository(repository).id, number);
    if (found === undefined) throw new Error(`${repository} has no issue or pull request ${number}.`);
    return found;
  }

  #label(repository: RepositoryRecord, name: string, more: { color?: string; description?: string } = {}): LabelRecord {
    const known = this.#hub.store.children(repository.id, 'Label').find((label) => label.name === name);
    const { color = 'ededed', description = null } = more;
    return known ?? this.#hub.store.insert('Label', repository.id, { name, color, description });
  }
}
