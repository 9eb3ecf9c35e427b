import type { GraphQLResolveInfo } from 'graphql';
import { canSee } from '../model/access.ts';
import type { Hub } from '../model/hub.ts';
import type { AccountRecord, AnyRecord, RepositoryRecord, TokenRecord } from '../model/records.ts';

/** The price of a query by GitHub's published formula, and what is left of the hour's points. */
export interface RateStatus {
  readonly cost: number;
  readonly nodeCount: number;
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  readonly resetAt: string;
}

/** One request: who asks, and what is read only once for it. */
export class RequestContext {
  readonly hub: Hub;
  readonly token: TokenRecord;
  readonly viewer: AccountRecord;
  readonly rate: RateStatus;
  readonly #refs = new Map<string, Promise<Map<string, string>>>();

  constructor(hub: Hub, token: TokenRecord, viewer: AccountRecord, rate: RateStatus) {
    this.hub = hub;
    this.token = token;
    this.viewer = viewer;
    this.rate = rate;
  }

  /** The remote's refs at the time of this request. */
  refs(repository: RepositoryRecord): Promise<Map<string, string>> {
    const known = this.#refs.get(repository.id) ?? this.hub.remote.refs(repository);
    this.#refs.set(repository.id, known);
    return known;
  }

  /** To be called when this very request has moved a ref. */
  forgetRefs(repository: RepositoryRecord): void {
    this.#refs.delete(repository.id);
  }

  sees(record: AnyRecord): boolean {
    if (record.type === 'User' || record.type === 'Bot' || record.type === 'Organization') return true;
    return canSee(this.hub.store, this.hub.store.repositoryOf(record.id), this.token);
  }
}

/** Resolves one field. Arguments have been checked against the schema before, so each resolver names those it reads. */
export type Resolver = (source: never, args: never, context: RequestContext, info: GraphQLResolveInfo) => unknown;
export type TypeResolvers = Readonly<Record<string, Resolver>>;
