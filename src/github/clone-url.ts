import { GhwError } from '../domain/errors.ts';
import { isRepositoryName } from '../domain/repository-name.ts';

/**
 * Where git finds a repository: `https://github.com/acme/app.git`. Holds no credentials.
 *
 * @param webUrl - `github.web_url` of the configuration, or {@link webUrlOf} the API's address.
 * @throws GhwError `InvalidInput` for anything that is not `owner/repo`.
 */
export function cloneUrl(webUrl: string, nameWithOwner: string): string {
  return `${webUrl.replace(/\/+$/, '')}/${checkedRepositoryName(nameWithOwner)}.git`;
}

/**
 * The web address that belongs to an API address: GitHub.com and GHE.com put `api.` before the host, an Enterprise Server
 * puts `/api/v3` behind it; any other server has one address for both.
 */
export function webUrlOf(apiUrl: string): string {
  const url = new URL(apiUrl);
  const path = url.pathname.replace(/\/+$/, '');
  if (path === '/api/v3') return url.origin;
  const hosted = /^api\.(?<host>github\.com|[a-z0-9-]+\.ghe\.com)$/.exec(url.host)?.groups?.host;
  return hosted === undefined ? `${url.origin}${path}` : `${url.protocol}//${hosted}`;
}

/** `text`, if it is an `owner/repo` name. */
export function checkedRepositoryName(text: string): string {
  const isName: boolean = isRepositoryName(text);
  if (isName) return text;
  throw new GhwError('InvalidInput', `${JSON.stringify(text.slice(0, 150))} is not a repository name.`, {
    hint: 'Write it as owner/repo.',
  });
}
