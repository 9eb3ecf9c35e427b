import type { FileInput } from '../git/fast-import.ts';
import { allTokenPermissions } from '../model/access.ts';
import { createIssue } from '../model/discussions.ts';
import type { Hub } from '../model/hub.ts';
import type {
  AccountRecord,
  Discussion,
  LabelRecord,
  Permission,
  RepositoryRecord,
  TokenPermissions,
} from '../model/records.ts';

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

/** What has to be there before anything can happen: people, tokens, repositories, labels, issues. */
export class Foundations {
  protected readonly hub: Hub;

  constructor(hub: Hub) {
    this.hub = hub;
  }

  /** Adds an account, or finds the one that already has the login. */
  addUser(user: string | UserSeed): { readonly id: string; readonly login: string } {
    const { login, name = null, email, type = 'User' } = typeof user === 'string' ? { login: user } : user;
    const known = this.hub.store.account(login);
    if (known !== undefined) return known;
    const address = email ?? `${login.toLowerCase()}@users.noreply.github.local`;
    return this.hub.store.insert(type, null, { login, name, email: address });
  }

  addToken({ token, login, permissions = allTokenPermissions, repositories }: TokenSeed): void {
    this.addUser(login);
    const names = repositories?.map((name) => name.toLowerCase()) ?? null;
    this.hub.store.addToken({ token, login, permissions, repositories: names });
  }

  revokeToken(token: string): void {
    this.hub.store.removeToken(token);
  }

  async addRepository(seed: RepositorySeed): Promise<{ readonly id: string; readonly nameWithOwner: string }> {
    const { store, remote } = this.hub;
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
      hasIssues: true,
      defaultBranch: seed.defaultBranch ?? checkedOut ?? 'main',
      permissions: {},
      nextNumber: 1,
      pushedAt: this.hub.now(),
      allowedMergeMethods: ['MERGE', 'SQUASH', 'REBASE'],
    });
    try {
      await this.#fill(repository, seed);
    } catch (error) {
      store.remove(repository);
      throw error;
    }
    for (const [login, permission] of Object.entries(seed.permissions ?? {})) {
      this.setPermission(nameWithOwner, login, permission);
    }
    return { id: repository.id, nameWithOwner };
  }

  async #fill(repository: RepositoryRecord, seed: RepositorySeed): Promise<void> {
    const { remote } = this.hub;
    const { defaultBranch } = repository;
    await remote.create(repository);
    if (seed.fromGitRepository !== undefined) await remote.import(repository, seed.fromGitRepository);
    if (seed.files !== undefined) {
      await remote.commit(repository, defaultBranch, { message: 'Initial commit', files: seed.files });
    }
  }

  /** Gives or, with null, takes a collaborator's permission. */
  setPermission(repository: string, login: string, permission: Permission | null): void {
    this.addUser(login);
    const record = this.findRepository(repository);
    const { [login.toLowerCase()]: _former, ...others } = record.permissions;
    const permissions = permission === null ? others : { ...others, [login.toLowerCase()]: permission };
    this.hub.store.note(record, { permissions });
  }

  setRepository(
    repository: string,
    fields: Partial<
      Pick<RepositoryRecord, 'isPrivate' | 'isArchived' | 'hasIssues' | 'description' | 'allowedMergeMethods'>
    >,
  ): void {
    this.hub.store.change(this.findRepository(repository), fields);
  }

  /** Renames; the old name goes on leading to the repository. */
  renameRepository(repository: string, name: string): void {
    const record = this.findRepository(repository);
    const former = this.hub.store.nameWithOwner(record).toLowerCase();
    this.hub.store.change(record, { name, formerNames: [...record.formerNames, former] });
  }

  addLabel(
    repository: string,
    name: string,
    more: { color?: string; description?: string } = {},
  ): { readonly id: string } {
    return this.findLabel(this.findRepository(repository), name, more);
  }

  addMilestone(
    repository: string,
    title: string,
    more: { description?: string; dueOn?: string } = {},
  ): { readonly id: string; readonly number: number } {
    const record = this.findRepository(repository);
    const number = this.hub.store.children(record.id, 'Milestone').length + 1;
    const { description = null, dueOn = null } = more;
    return this.hub.store.insert('Milestone', record.id, { number, title, description, dueOn, closedAt: null });
  }

  addIssue(repository: string, seed: IssueSeed): { readonly id: string; readonly number: number } {
    const record = this.findRepository(repository);
    const milestone = this.hub.store.children(record.id, 'Milestone').find(({ title }) => title === seed.milestone);
    return createIssue(this.hub, record, {
      title: seed.title,
      body: seed.body ?? '',
      authorId: this.findActor(record, seed.author).id,
      labelIds: (seed.labels ?? []).map((name) => this.findLabel(record, name).id),
      assigneeIds: (seed.assignees ?? []).map((login) => this.addUser(login).id),
      milestoneId: milestone?.id ?? null,
      ...(seed.createdAt === undefined ? {} : { createdAt: seed.createdAt }),
    });
  }

  /** @throws Error if there is no such repository. */
  protected findRepository(nameWithOwner: string): RepositoryRecord {
    const found = this.hub.store.repository(nameWithOwner);
    if (found === undefined) throw new Error(`The local GitHub has no repository ${nameWithOwner}.`);
    return found;
  }

  /** @throws Error if there is no such issue or pull request. */
  protected findDiscussion(repository: string, number: number): Discussion {
    const found = this.hub.store.discussion(this.findRepository(repository).id, number);
    if (found === undefined) throw new Error(`${repository} has no issue or pull request ${number}.`);
    return found;
  }

  /** The account of a login, made where it is not there; without one, the repository's owner. */
  protected findActor(repository: RepositoryRecord, login: string | undefined): AccountRecord {
    return this.hub.store.accountById(login === undefined ? repository.ownerId : this.addUser(login).id);
  }

  /** The label of that name, made where it is not there. */
  protected findLabel(
    repository: RepositoryRecord,
    name: string,
    more: { color?: string; description?: string } = {},
  ): LabelRecord {
    const known = this.hub.store.children(repository.id, 'Label').find((label) => label.name === name);
    const { color = 'ededed', description = null } = more;
    return known ?? this.hub.store.insert('Label', repository.id, { name, color, description });
  }
}
