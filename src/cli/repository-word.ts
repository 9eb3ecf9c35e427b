import { GhwError } from '../domain/errors.ts';
import { parseInput, repositoryInput } from '../domain/schemas/input.ts';

/**
 * `https://github.com/octo/hello`, `ssh://git@github.com/octo/hello.git`, `git@github.com:octo/hello.git`. What follows the
 * name is of no interest.
 */
const address = /^(?:(?:https?|ssh|git):\/\/(?:[^@/]*@)?(?<host>[^/]+)\/|git@(?<gitHost>[^:/]+):)(?<path>[^?#]+)/;

/**
 * The repository that a word names: `owner/repo`, or its address for a browser or for git.
 *
 * @param webUrl - where repositories of the configured GitHub are shown; asked for only if the word is an address
 * @throws GhwError `InvalidInput`, also for an address of another place
 */
export async function repositoryIn(word: string, webUrl: () => Promise<string>): Promise<string> {
  const found = address.exec(word)?.groups;
  if (found === undefined) return parseInput(repositoryInput, word, 'A repository');
  const host = found.host ?? found.gitHost ?? '';
  const ours = new URL(await webUrl());
  if (host.toLowerCase() !== ours.host && host.toLowerCase() !== ours.hostname) {
    throw new GhwError('InvalidInput', `${JSON.stringify(word)} is not on ${ours.host}.`, {
      hint: 'Another GitHub is named by github.api_url: ghw config set github.api_url https://host/api/v3',
    });
  }
  const below = ours.pathname.replace(/^\/|\/$/g, '');
  const path = below === '' ? found.path : found.path?.slice(below.length + 1);
  const [owner = '', name = ''] = (path ?? '').split('/');
  return parseInput(repositoryInput, `${owner}/${name.replace(/\.git$/, '')}`, 'A repository');
}
