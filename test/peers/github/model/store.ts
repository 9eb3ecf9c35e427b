import { nodeId } from './node-ids.ts';
import type { Clock } from './clock.ts';
import type {
  AccountRecord,
  AnyRecord,
  Discussion,
  RecordOf,
  RecordType,
  RepositoryRecord,
  TokenRecord,
} from './records.ts';

/** The whole state as it is kept in the file. */
export interface Snapshot {
  readonly version: 1;
  readonly nextDatabaseId: number;
  readonly records: readonly AnyRecord[];
  readonly tokens: readonly TokenRecord[];
}

type Managed = 'id' | 'databaseId' | 'createdAt' | 'updatedAt' | 'type' | 'parentId';
type Fields<T extends RecordType> = Omit<RecordOf<T>, Managed> & { readonly createdAt?: string };

/** The records and the look-ups over them. Every change goes through `insert`, `change` or `remove`. */
export class Store {
  readonly clock: Clock;
  readonly tokens = new Map<string, TokenRecord>();
  readonly #records = new Map<string, AnyRecord>();
  readonly #children = new Map<string, Set<AnyRecord>>();
  readonly #byType = new Map<RecordType, Set<AnyRecord>>();
  readonly #byNumber = new Map<string, Discussion>();
  readonly #onChange: () => void;
  #nextDatabaseId = 1001;

  constructor(clock: Clock, onChange: () => void) {
    this.clock = clock;
    this.#onChange = onChange;
  }

  insert<T extends RecordType>(type: T, parentId: string | null, fields: Fields<T>): RecordOf<T> {
    const databaseId = this.#nextDatabaseId++;
    const at = fields.createdAt ?? this.clock.now();
    const repository = parentId === null ? undefined : this.repositoryOf(parentId).databaseId;
    const id = nodeId(type, databaseId, repository);
    const base = { ...fields, type, id, databaseId, parentId, createdAt: at, updatedAt: at };
    const record = base as unknown as RecordOf<T>;
    this.#index(record);
    this.#onChange();
    return record;
  }

  /** Changes a record in place and moves its `updatedAt`. */
  change<R extends AnyRecord>(record: R, fields: Partial<Omit<R, Managed>>): void {
    this.note(record, fields);
    record.updatedAt = this.clock.now();
  }

  /** Changes what GitHub does not count as an update of the record. */
  note<R extends AnyRecord>(record: R, fields: Partial<Omit<R, Managed>>): void {
    Object.assign(record, fields);
    this.#onChange();
  }

  remove(record: AnyRecord): void {
    for (const child of [...(this.#children.get(record.id) ?? [])]) this.remove(child);
    this.#records.delete(record.id);
    this.#byType.get(record.type)?.delete(record);
    if (isDiscussion(record)) this.#byNumber.delete(`${record.parentId}#${record.number}`);
    if (record.parentId !== null) this.#children.get(record.parentId)?.delete(record);
    this.#onChange();
  }

  addToken(token: TokenRecord): void {
    this.tokens.set(token.token, token);
    this.#onChange();
  }

  removeToken(token: string): void {
    this.tokens.delete(token);
    this.#onChange();
  }

  find(id: string): AnyRecord | undefined {
    return this.#records.get(id);
  }

  /** The record of that type, or undefined if the id names nothing or something else. */
  findOf<T extends RecordType>(id: string, ...types: readonly T[]): RecordOf<T> | undefined {
    const record = this.#records.get(id);
    return record !== undefined && (types as readonly RecordType[]).includes(record.type)
      ? (record as RecordOf<T>)
      : undefined;
  }

  /** The record that another one refers to; records are only removed together with what refers to them. */
  get<T extends RecordType>(id: string, ...types: readonly T[]): RecordOf<T> {
    const record = this.findOf(id, ...types);
    if (record === undefined) throw new Error(`The local GitHub has lost ${types.join(' or ')} ${id}.`);
    return record;
  }

  all<T extends RecordType>(...types: readonly T[]): RecordOf<T>[] {
    return types.flatMap((type) => [...(this.#byType.get(type) ?? [])] as RecordOf<T>[]);
  }

  /** What belongs to a record, oldest first. */
  children<T extends RecordType>(parentId: string, ...types: readonly T[]): RecordOf<T>[] {
    return [...(this.#children.get(parentId) ?? [])].filter((record): record is RecordOf<T> =>
      (types as readonly RecordType[]).includes(record.type),
    );
  }

  account(login: string): AccountRecord | undefined {
    const wanted = login.toLowerCase().replace(/\[bot\]$/, '');
    return this.all('User', 'Bot', 'Organization').find((account) => account.login.toLowerCase() === wanted);
  }

  accountById(id: string): AccountRecord {
    return this.get(id, 'User', 'Bot', 'Organization');
  }

  nameWithOwner(repository: RepositoryRecord): string {
    return `${this.accountById(repository.ownerId).login}/${repository.name}`;
  }

  /** A repository by `owner/name`, by default also under an earlier name. */
  repository(nameWithOwner: string, followRenames = true): RepositoryRecord | undefined {
    const wanted = nameWithOwner.toLowerCase();
    const repositories = this.all('Repository');
    return (
      repositories.find((repository) => this.nameWithOwner(repository).toLowerCase() === wanted) ??
      (followRenames ? repositories.find((repository) => repository.formerNames.includes(wanted)) : undefined)
    );
  }

  /** The repository in which a record lies. */
  repositoryOf(id: string): RepositoryRecord {
    let record = this.#records.get(id);
    while (record !== undefined && record.type !== 'Repository' && record.parentId !== null) {
      record = this.#records.get(record.parentId);
    }
    if (record?.type !== 'Repository') throw new Error(`The local GitHub finds no repository for ${id}.`);
    return record;
  }

  discussion(repositoryId: string, number: number): Discussion | undefined {
    return this.#byNumber.get(`${repositoryId}#${number}`);
  }

  snapshot(): Snapshot {
    return {
      version: 1,
      nextDatabaseId: this.#nextDatabaseId,
      records: [...this.#records.values()],
      tokens: [...this.tokens.values()],
    };
  }

  restore(snapshot: Snapshot): void {
    this.#nextDatabaseId = snapshot.nextDatabaseId;
    for (const record of snapshot.records) this.#index(record);
    for (const token of snapshot.tokens) this.tokens.set(token.token, token);
  }

  #index(record: AnyRecord): void {
    this.#records.set(record.id, record);
    addTo(this.#byType, record.type, record);
    if (isDiscussion(record)) this.#byNumber.set(`${record.parentId}#${record.number}`, record);
    if (record.parentId !== null) addTo(this.#children, record.parentId, record);
  }
}

function isDiscussion(record: AnyRecord): record is Discussion {
  return record.type === 'Issue' || record.type === 'PullRequest';
}

function addTo<K>(index: Map<K, Set<AnyRecord>>, key: K, record: AnyRecord): void {
  const present = index.get(key) ?? new Set();
  present.add(record);
  index.set(key, present);
}
