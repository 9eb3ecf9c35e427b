import type { Hub } from '../model/hub.ts';
import { endsOf } from '../model/pull-requests.ts';
import {
  eventTypes,
  type Discussion,
  type EventRecord,
  type IssueCommentRecord,
  type PullRequestRecord,
  type RepositoryRecord,
  type ReviewRecord,
} from '../model/records.ts';
import type { Answer } from '../server/answer.ts';
import { renderDiff } from './diff.ts';
import { html, page, type Html } from './layout.ts';
import { markdown } from './markdown.ts';

function login(hub: Hub, id: string | null): string {
  return id === null ? 'somebody' : hub.store.accountById(id).login;
}

export function trail(hub: Hub, repository: RepositoryRecord): Html {
  const name = hub.store.nameWithOwner(repository);
  return html`<a href="/${name}">${name}</a>`;
}

export function stateBadge(item: Discussion): Html {
  const state = item.type === 'PullRequest' && item.state === 'OPEN' && item.isDraft ? 'DRAFT' : item.state;
  const name = item.type === 'Issue' && item.stateReason === 'COMPLETED' ? 'COMPLETED' : state;
  return html`<span class="state ${name}">${state.charAt(0) + state.slice(1).toLowerCase()}</span>`;
}

export function labels(hub: Hub, item: Discussion): Html {
  return html`${item.labelIds.map((id) => html`<span class="label">${hub.store.get(id, 'Label').name}</span>`)}`;
}

function writtenBox(hub: Hub, written: Discussion | IssueCommentRecord | ReviewRecord, verb: string): Html {
  const edited = written.lastEditedAt === null ? '' : ` · edited ${written.lastEditedAt}`;
  return html`<div class="box" id="${written.databaseId}">
    <div class="head"><b>${login(hub, written.authorId)}</b> ${verb} ${written.createdAt}${edited}</div>
    <div class="body">${markdown(written.body)}</div>
  </div>`;
}

/** The timeline's words for an event; null for those that say nothing to a reader. */
function eventText(hub: Hub, event: EventRecord): Html | null {
  const { store } = hub;
  const { previousTitle = '', currentTitle = '' } = event.details;
  switch (event.type) {
    case 'LabeledEvent':
      return html`added ${store.get(event.otherId ?? '', 'Label').name}`;
    case 'UnlabeledEvent':
      return html`removed ${store.get(event.otherId ?? '', 'Label').name}`;
    case 'RenamedTitleEvent':
      return html`renamed this from “${previousTitle}” to “${currentTitle}”`;
    case 'CrossReferencedEvent': {
      const source = store.get(event.otherId ?? '', 'Issue', 'PullRequest');
      return html`mentioned this in <a href="${hub.discussionPath(source)}">${source.title} #${source.number}</a>`;
    }
    case 'ClosedEvent':
      return html`closed this`;
    case 'ReopenedEvent':
      return html`reopened this`;
    case 'MergedEvent':
      return html`merged commit <code>${(event.details.commitOid ?? '').slice(0, 7)}</code>`;
    case 'HeadRefForcePushedEvent':
      return html`force-pushed`;
    case 'HeadRefDeletedEvent':
      return html`deleted the head branch`;
    case 'ReadyForReviewEvent':
      return html`marked this as ready for review`;
    case 'ConvertToDraftEvent':
      return html`converted this to draft`;
    default:
      return null;
  }
}

function timelineItem(hub: Hub, item: EventRecord | IssueCommentRecord | ReviewRecord): Html | null {
  if (item.type === 'IssueComment') return writtenBox(hub, item, 'commented');
  if (item.type === 'PullRequestReview') {
    if (item.state === 'PENDING') return null;
    return writtenBox(hub, item, `reviewed (${item.state.toLowerCase().replace('_', ' ')})`);
  }
  const words = eventText(hub, item);
  return words === null
    ? null
    : html`<div class="event"><b>${login(hub, item.actorId)}</b> ${words} · ${item.createdAt}</div>`;
}

function timeline(hub: Hub, item: Discussion): Html {
  const items = hub.store
    .children(item.id, 'IssueComment', 'PullRequestReview', ...eventTypes)
    .sort((one, other) => one.databaseId - other.databaseId);
  return html`${items.map((entry) => timelineItem(hub, entry))}`;
}

function heading(item: Discussion, meta: Html): Html {
  return html`<h1>${item.title} <span class="number">#${item.number}</span></h1>
    <p>${stateBadge(item)} <span class="meta">${meta}</span></p>`;
}

async function changes(hub: Hub, repository: RepositoryRecord, item: PullRequestRecord): Promise<Html> {
  const { baseOid, headOid } = endsOf(await hub.remote.refs(repository), item);
  const oids = await hub.objects.commitsBetween(repository, baseOid, headOid);
  const commits = await Promise.all(oids.map((oid) => hub.objects.commit(repository, oid)));
  const files = await hub.differences.files(repository, baseOid, headOid);
  const diff = await hub.differences.text(repository, baseOid, headOid);
  const rows = commits.map(
    ({ oid, message, author }) =>
      html`<div class="row">
        <code>${oid.slice(0, 7)}</code> ${message.split('\n')[0] ?? ''} <span class="meta">· ${author.name}</span>
      </div>`,
  );
  return html`<h2>${commits.length} ${commits.length === 1 ? 'commit' : 'commits'}</h2>
    <div class="box">${rows}</div>
    <h2>${files.length} ${files.length === 1 ? 'file' : 'files'} changed</h2>
    ${renderDiff(files, diff)}`;
}

/** The page of an issue or pull request. */
export async function discussionPage(hub: Hub, repository: RepositoryRecord, item: Discussion): Promise<Answer> {
  const author = login(hub, item.authorId);
  const meta =
    item.type === 'Issue'
      ? html`<b>${author}</b> opened this issue ${item.createdAt} ${labels(hub, item)}`
      : html`<b>${item.state === 'MERGED' ? login(hub, item.mergedById) : author}</b>
          ${item.state === 'MERGED' ? 'merged' : 'wants to merge'} <code>${item.headRefName}</code> into
          <code>${item.baseRefName}</code> ${labels(hub, item)}`;
  const body = html`${heading(item, meta)} ${writtenBox(hub, item, 'wrote')} ${timeline(hub, item)}
  ${item.type === 'PullRequest' ? await changes(hub, repository, item) : null}`;
  return page(`${item.title} · #${item.number}`, trail(hub, repository), body);
}
