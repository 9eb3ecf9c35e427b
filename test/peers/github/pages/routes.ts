import { canSee } from '../model/access.ts';
import type { Hub } from '../model/hub.ts';
import { text, type Answer } from '../server/answer.ts';

/** The page for people at an address. */
export function answerPage(hub: Hub, path: string): Answer {
  const [, owner = '', name = ''] = path.split('/');
  const repository = hub.store.repository(`${owner}/${name}`);
  if (repository === undefined || !canSee(hub.store, repository, null)) return text(404, 'text/plain', 'Not found\n');
  return text(200, 'text/plain', hub.store.nameWithOwner(repository));
}
