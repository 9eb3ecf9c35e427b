import { canSee } from '../model/access.ts';
import type { Hub } from '../model/hub.ts';
import type { AccountRecord, RepositoryRecord, TokenRecord } from '../model/records.ts';
import { refused, type Answer } from '../server/answer.ts';
import type { Services } from '../server/services.ts';

export interface RestRequest {
  readonly services: Services;
  readonly token: TokenRecord;
  readonly accept: string;
  /** Without the search. */
  readonly path: string;
  readonly search: URLSearchParams;
  /** What the path's groups matched. */
  readonly parts: readonly string[];
}

export type Route = readonly [RegExp, (request: RestRequest) => Answer | Promise<Answer>];

export const repositoryPath = String.raw`^(?:/api/v3)?/repos/([^/]+)/([^/]+)`;
export const missing = refused(404, 'Not Found');

/** An answer that ends the request where it is found. */
export class Refused extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer.body);
    this.answer = answer;
  }
}

/** @throws Refused if something is wrong with the repository */
export function visible({ services, token, parts }: RestRequest): RepositoryRecord | undefined {
  const { store, troubles } = services.hub;
  const repository = store.repository(`${parts[0] ?? ''}/${parts[1] ?? ''}`);
  if (repository === undefined || !canSee(store, repository, token)) return undefined;
  const trouble = troubles.get(repository.id);
  switch (trouble?.kind) {
    case undefined:
      return repository;
    case 'not_found':
      return undefined;
    case 'forbidden':
      throw new Refused(refused(403, 'Resource not accessible by integration'));
    case 'rate_limited':
      throw new Refused(services.limiter.tooMany(token.login, trouble.retryAfterSeconds, trouble.status));
    case 'time_out':
    case 'resource_limits':
      throw new Refused(refused(502, 'Server Error'));
  }
}

export function accountJson(hub: Hub, account: AccountRecord): object {
  const login = account.type === 'Bot' ? `${account.login}[bot]` : account.login;
  const { id: node_id, databaseId: id, type, name, email } = account;
  return { login, id, node_id, type, name, email, html_url: `${hub.baseUrl}/${account.login}` };
}
