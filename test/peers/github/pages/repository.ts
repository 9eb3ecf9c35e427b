import type { Hub } from '../model/hub.ts';
import type { Discussion, RepositoryRecord } from '../model/records.ts';
import type { Answer } from '../server/answer.ts';
import { labels, stateBadge, trail } from './discussion.ts';
import { html, page, type Html } from './layout.ts';

function list(hub: Hub, title: string, items: readonly Discussion[]): Html {
  const rows = [...items]
    .reverse()
    .map(
      (item) =>
        html`<div class="row">
          ${stateBadge(item)} <a href="${hub.discussionPath(item)}">${item.title}</a>
          <span class="meta">#${item.number}</span> ${labels(hub, item)}
        </div>`,
    );
  const none = html`<div class="row meta">None yet.</div>`;
  return html`<h2>${title}</h2>
    <div class="box">${rows.length === 0 ? none : rows}</div>`;
}

/** The page of a repository: where to clone it from, its branches, issues and pull requests. */
export async function repositoryPage(hub: Hub, repository: RepositoryRecord): Promise<Answer> {
  const name = hub.store.nameWithOwner(repository);
  const refs = await hub.remote.refs(repository);
  const branches = [...refs].filter(([ref]) => ref.startsWith('refs/heads/'));
  const rows = branches.map(
    ([ref, oid]) => html`<div class="row"><code>${oid.slice(0, 7)}</code> ${ref.slice('refs/heads/'.length)}</div>`,
  );
  const body = html`<h1>${name}</h1>
    <p class="meta">${repository.description}</p>
    <pre><code>git clone ${hub.baseUrl}/${name}.git</code></pre>
    ${list(hub, 'Pull requests', hub.store.children(repository.id, 'PullRequest'))}
    ${list(hub, 'Issues', hub.store.children(repository.id, 'Issue'))}
    <h2>Branches</h2>
    <div class="box">${rows}</div>`;
  return page(name, trail(hub, repository), body);
}
