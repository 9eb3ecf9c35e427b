import { GitDifferences } from '../git/differences.ts';
import { GitMerging } from '../git/merging.ts';
import { GitObjects } from '../git/objects.ts';
import { GitRemote } from '../git/remote.ts';
import type { AnyRecord, Discussion, EventRecord, EventType, RepositoryRecord } from './records.ts';
import type { Store } from './store.ts';
import type { ProcessingLimit, Trouble } from './trouble.ts';

/** Everything that an operation needs: the records, the git remote, and the address under which both are served. */
export class Hub {
  readonly store: Store;
  readonly remote: GitRemote;
  readonly objects: GitObjects;
  readonly differences: GitDifferences;
  readonly merging: GitMerging;
  /** Without a slash at its end. Known once the server listens. */
  baseUrl = 'http://127.0.0.1';
  /** By node id of the repository. */
  readonly troubles = new Map<string, Trouble>();
  processingLimit: ProcessingLimit | null = null;
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(store: Store, dataDirectory: string) {
    this.store = store;
    this.remote = new GitRemote(dataDirectory);
    this.objects = new GitObjects(this.remote);
    this.differences = new GitDifferences(this.remote, this.objects);
    this.merging = new GitMerging(this.remote, this.objects);
  }

  /** Runs what reads refs and then acts on them, one at a time per repository. */
  exclusively<T>(repository: RepositoryRecord, action: () => Promise<T>): Promise<T> {
    const result = (this.#queues.get(repository.id) ?? Promise.resolve()).then(action);
    this.#queues.set(
      repository.id,
      result.catch(() => undefined),
    );
    return result;
  }

  now(): string {
    return this.store.clock.now();
  }

  repositoryPath(repository: RepositoryRecord): string {
    return `/${this.store.nameWithOwner(repository)}`;
  }

  discussionPath(item: Discussion): string {
    const kind = item.type === 'Issue' ? 'issues' : 'pull';
    return `${this.repositoryPath(this.store.repositoryOf(item.id))}/${kind}/${item.number}`;
  }

  addEvent(
    type: EventType,
    subject: Discussion,
    actorId: string | null,
    more: { readonly otherId?: string; readonly details?: Readonly<Record<string, string>> } = {},
  ): EventRecord {
    return this.store.insert<EventType>(type, subject.id, {
      actorId,
      otherId: more.otherId ?? null,
      details: more.details ?? {},
    });
  }

  /** Moves `updatedAt` of what something was added to. */
  touch(record: AnyRecord): void {
    this.store.change(record, {});
  }
}
