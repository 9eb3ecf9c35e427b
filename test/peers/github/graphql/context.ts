import type { GraphQLResolveInfo } from 'graphql';
import { canSee } from '../model/access.ts';
import type { Hub } from '../model/hub.ts';
import type { AccountRecord, AnyRecord, RepositoryRecord, TokenRecord } from '../model/records.ts';
import type { WholeTrouble } from '../model/trouble.ts';
import { Refusal, notFound } from './refusal.ts';

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
  /** Why the whole request fails, whatever else it would answer. */
  failure: WholeTrouble | null = null;
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

  /** @throws Refusal for a repository that something is wrong with */
  meet(record: AnyRecord): void {
    if (this.hub.troubles.size === 0 || isAccount(record)) return;
    const trouble = this.hub.troubles.get(this.hub.store.repositoryOf(record.id).id);
    if (trouble === undefined) return;
    switch (trouble.kind) {
      case 'not_found':
        throw notFound(record.id);
      case 'forbidden':
        throw new Refusal('FORBIDDEN', 'Resource not accessible by integration');
      case 'resource_limits':
        throw exceeded();
      case 'time_out':
      case 'rate_limited':
        this.failure = trouble;
    }
  }

  sees(record: AnyRecord): boolean {
    if (isAccount(record)) return true;
    return canSee(this.hub.store, this.hub.store.repositoryOf(record.id), this.token);
  }
}

function isAccount({ type }: AnyRecord): boolean {
  return type === 'User' || type === 'Bot' || type === 'Organization';
}

/** GitHub's word for what it has not answered because the rest was much already. */
export function exceeded(): Refusal {
  return new Refusal('RESOURCE_LIMITS_EXCEEDED', 'Resource limits for this query exceeded.');
}

/** Resolves one field. Arguments have been checked against the schema before, so each resolver names those it reads. */
export type Resolver = (source: never, args: never, context: RequestContext, info: GraphQLResolveInfo) => unknown;
export type TypeResolvers = Readonly<Record<string, Resolver>>;
