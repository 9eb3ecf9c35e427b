import type { Hub } from '../model/hub.ts';
import { text, type Answer } from '../server/answer.ts';
import { discussionPage } from './discussion.ts';
import { html, page } from './layout.ts';
import { repositoryPage } from './repository.ts';

const missing = text(404, 'text/plain', 'Not Found\n');

function homePage(hub: Hub): Answer {
  const names = hub.store.all('Repository').map((repository) => hub.store.nameWithOwner(repository));
  const rows = names.map((name) => html`<div class="row"><a href="/${name}">${name}</a></div>`);
  const body = html`<h1>Repositories</h1>
    <div class="box">${rows}</div>`;
  return page('Local GitHub', html`<b>Local GitHub</b>`, body);
}

/**
 * The page for people at an address. Whoever sits at this machine sees everything, private repositories too: there is
 * nothing to log in to.
 */
export async function answerPage(hub: Hub, path: string): Promise<Answer> {
  if (path === '/') return homePage(hub);
  const [, owner = '', name = '', kind, number, ...rest] = path.split('/');
  const repository = hub.store.repository(`${owner}/${name}`);
  if (repository === undefined || rest.length > 0) return missing;
  if (kind === undefined) return repositoryPage(hub, repository);
  const item = hub.store.discussion(repository.id, Number(number));
  if (item === undefined || (kind !== 'pull' && kind !== 'issues')) return missing;
  const address = hub.discussionPath(item);
  // As on GitHub, an issue's number leads to the pull request that has it, and the other way round.
  if (address !== path) return { status: 302, headers: { location: address }, body: '' };
  return discussionPage(hub, repository, item);
}
