import { isOverload } from './batches.ts';
import { notFound, unexpected } from './errors.ts';
import type { IssueListFilter, IssuePage, RepositoryAddress } from './github.ts';
import { listIssueNumbers, listIssues, searchIssues, toSyncedIssue } from './operations/sync.ts';
import type { FetchPage, Page } from './paging.ts';
import { pages } from './paging.ts';
import type { Transport } from './transport.ts';

/** GitHub's own maximum. */
const LARGEST_PAGE = 100;
/** Below this, a failure is not about the page's size. */
const SMALLEST_PAGE = 10;
/** GitHub's search shows no more, however many there are. */
const SEARCH_END = 1_000;

/** Issues in pages without a cap, oldest update first. */
export async function* issuePages(
  transport: Transport,
  repository: RepositoryAddress,
  filter: IssueListFilter,
): AsyncGenerator<IssuePage, void> {
  if (filter.search !== undefined) {
    yield* searchPages(transport, repository, filter);
    return;
  }
  const doing = `list the issues of ${repository.nameWithOwner}`;
  let issueCount = 0;
  const all = pages(
    shrinking(async (after, size) => {
      const { node } = await transport.query(
        listIssues,
        { repositoryId: repository.id, ...variablesOf(filter), size, after },
        doing,
      );
      if (!node) throw notFound(doing);
      issueCount = node.all.totalCount;
      return node.issues;
    }),
    doing,
  );
  for await (const page of all) yield { issues: page.map(toSyncedIssue), issueCount };
}

/** An assignee of null would mean "nobody", and an empty list of labels "none of these": absent keys mean "any". */
function variablesOf({ state, labels, assignee, since }: IssueListFilter) {
  return {
    ...(state === undefined ? {} : { states: [state === 'open' ? ('OPEN' as const) : ('CLOSED' as const)] }),
    ...(labels !== undefined && labels.length > 0 ? { labels: [...labels] } : {}),
    filter: { ...(since === undefined ? {} : { since }), ...(assignee === undefined ? {} : { assignee }) },
  };
}

/**
 * Fetches smaller pages where GitHub cannot make the larger ones: it ends what takes longer than ten seconds, and a
 * hundred long texts can.
 */
function shrinking<Node>(fetchPage: (after: string | null, size: number) => Promise<Page<Node>>): FetchPage<Node> {
  let size = LARGEST_PAGE;
  return async (after) => {
    for (;;) {
      try {
        return await fetchPage(after, size);
      } catch (error) {
        if (!isOverload(error) || size <= SMALLEST_PAGE) throw error;
        size = Math.ceil(size / 2);
      }
    }
  };
}

/** Number and node id of every issue. */
export async function* issueNumberPages(
  transport: Transport,
  repository: RepositoryAddress,
): AsyncGenerator<readonly { readonly number: number; readonly id: string }[], void> {
  const doing = `list the issue numbers of ${repository.nameWithOwner}`;
  yield* pages(async (after) => {
    const { node } = await transport.query(listIssueNumbers, { repositoryId: repository.id, after }, doing);
    if (!node) throw notFound(doing);
    return node.issues;
  }, doing);
}

/**
 * What GitHub's search finds, oldest first. It ends after 1,000; then it is asked again for what was created since the
 * last one.
 */
async function* searchPages(
  transport: Transport,
  repository: RepositoryAddress,
  filter: IssueListFilter,
): AsyncGenerator<IssuePage, void> {
  const doing = `search the issues of ${repository.nameWithOwner}`;
  const seen = new Set<string>();
  let createdFrom: string | null = null;
  for (;;) {
    const text = searchText(repository.nameWithOwner, filter, createdFrom);
    let found = 0;
    let last: string | null = null;
    const all = pages(
      shrinking(async (after, size) => (await transport.query(searchIssues, { text, size, after }, doing)).search),
      doing,
    );
    for await (const page of all) {
      const issues = page.flatMap((issue) => issue ?? []);
      found += page.length;
      last = issues.at(-1)?.createdAt ?? last;
      // A qualifier among the words could lead to another repository.
      const fresh = issues.filter((issue) => issue.repository.id === repository.id && !seen.has(issue.id));
      for (const { id } of fresh) seen.add(id);
      yield { issues: fresh.map(toSyncedIssue), issueCount: null };
    }
    if (found < SEARCH_END) return;
    if (last === createdFrom) throw unexpected(doing, 'it knows more than 1,000 of the same second');
    createdFrom = last;
  }
}

function searchText(nameWithOwner: string, filter: IssueListFilter, createdFrom: string | null): string {
  const { state, labels = [], notLabels = [], assignee, since, search = '' } = filter;
  const quotable = labels.every(isQuotable);
  return [
    `repo:${nameWithOwner}`,
    'is:issue',
    'sort:created-asc',
    state === undefined ? '' : `is:${state}`,
    // The search has no way to write a quotation mark within quotation marks; the caller's own look decides then.
    labels.length > 0 && quotable ? `label:${labels.map((label) => `"${label}"`).join(',')}` : '',
    ...notLabels.filter(isQuotable).map((label) => `-label:"${label}"`),
    assignee === undefined ? '' : `assignee:${assignee}`,
    since === undefined ? '' : `updated:>=${since}`,
    createdFrom === null ? '' : `created:>=${createdFrom}`,
    search,
  ]
    .filter((term) => term !== '')
    .join(' ');
}

function isQuotable(label: string): boolean {
  return !label.includes('"');
}
