import type { AccountRecord, Discussion, RepositoryRecord } from '../../model/records.ts';
import type { RequestContext } from '../context.ts';

interface Term {
  readonly negated: boolean;
  /** Null for plain words. */
  readonly qualifier: string | null;
  readonly value: string;
  /** What a comma separates; any of it will do. */
  readonly values: readonly string[];
}

function parseTerms(query: string): Term[] {
  return [...query.matchAll(/(-)?(?:([a-z-]+):)?("[^"]*"(?:,(?:"[^"]*"|[^\s",]+))*|\S+)/gi)].map(
    ([, minus, qualifier = null, text = '']) => {
      const values = [...text.matchAll(/"([^"]*)"|[^",]+/g)].map(([bare, quoted]) => quoted ?? bare);
      return {
        negated: minus !== undefined,
        qualifier: qualifier?.toLowerCase() ?? null,
        value: text.startsWith('"') ? (values[0] ?? '') : text,
        values,
      };
    },
  );
}

/** Dates are compared with `>=2026-01-01`, `<…`, `a..b`, or given as the beginning of the wanted ones. */
function matchesDate(actual: string | null, wanted: string): boolean {
  if (actual === null) return false;
  const time = Date.parse(actual);
  const [from = '', to] = wanted.split('..');
  if (to !== undefined) return (from === '*' || time >= Date.parse(from)) && (to === '*' || time <= Date.parse(to));
  const [, comparison, date = ''] = /^(>=|<=|>|<)?(.*)$/.exec(wanted) ?? [];
  const limit = Date.parse(date);
  if (comparison === '>=') return time >= limit;
  if (comparison === '<=') return time <= limit;
  if (comparison === '>') return time > limit;
  return comparison === '<' ? time < limit : actual.startsWith(wanted);
}

function matchesState(item: Discussion, value: string): boolean {
  switch (value.toLowerCase()) {
    case 'issue':
      return item.type === 'Issue';
    case 'pr':
    case 'pull-request':
      return item.type === 'PullRequest';
    case 'open':
      return item.state === 'OPEN';
    case 'closed':
      return item.state !== 'OPEN';
    case 'merged':
      return item.state === 'MERGED';
    case 'unmerged':
      return item.type === 'PullRequest' && item.state !== 'MERGED';
    case 'draft':
      return item.type === 'PullRequest' && item.isDraft;
    case 'locked':
      return item.locked;
    default:
      return false;
  }
}

function matchesTerm(item: Discussion, { qualifier, value, values }: Term, context: RequestContext): boolean {
  const { store } = context.hub;
  const repository = store.repositoryOf(item.id);
  const wanted = (value === '@me' ? context.viewer.login : value).toLowerCase();
  const login = (id: string) => store.accountById(id).login.toLowerCase();
  const labels = item.labelIds.map((id) => store.get(id, 'Label').name.toLowerCase());
  switch (qualifier) {
    case null:
      return `${item.title}\n${item.body}`.toLowerCase().includes(wanted);
    case 'repo':
      return store.nameWithOwner(repository).toLowerCase() === wanted;
    case 'user':
    case 'org':
      return login(repository.ownerId) === wanted;
    case 'is':
    case 'state':
    case 'type':
      return matchesState(item, value);
    case 'draft':
      return matchesState(item, 'draft') === (wanted === 'true');
    case 'author':
      return login(item.authorId) === wanted.replace(/^app\//, '');
    case 'assignee':
      return item.assigneeIds.map(login).includes(wanted);
    case 'label':
      return values.some((name) => labels.includes(name.toLowerCase()));
    case 'no':
      return wanted === 'assignee' ? item.assigneeIds.length === 0 : wanted === 'label' && labels.length === 0;
    case 'head':
      return item.type === 'PullRequest' && item.headRefName === value;
    case 'base':
      return item.type === 'PullRequest' && item.baseRefName === value;
    case 'updated':
      return matchesDate(item.updatedAt, value);
    case 'created':
      return matchesDate(item.createdAt, value);
    case 'closed':
      return matchesDate(item.closedAt, value);
    default:
      // `in:title` and the like narrow down where words are looked for; they exclude nothing by themselves.
      return ['sort', 'in', 'archived'].includes(qualifier);
  }
}

/** Issues and pull requests that the query's words and qualifiers describe, the newest first unless it says otherwise. */
export function searchIssues(context: RequestContext, query: string): Discussion[] {
  const terms = parseTerms(query);
  const found = context.hub.store
    .all('Issue', 'PullRequest')
    .filter((item) => context.sees(item) && terms.every((term) => matchesTerm(item, term, context) !== term.negated));
  const sort = terms.find(({ qualifier }) => qualifier === 'sort')?.value ?? 'created-desc';
  const direction = sort.endsWith('-asc') ? 1 : -1;
  const key = (item: Discussion) => (sort.startsWith('updated') ? item.updatedAt : item.createdAt);
  return found.sort(
    (one, other) => direction * (key(one).localeCompare(key(other)) || one.databaseId - other.databaseId),
  );
}

function words(query: string): Term[] {
  return parseTerms(query).filter(({ qualifier }) => qualifier === null);
}

export function searchRepositories(context: RequestContext, query: string): RepositoryRecord[] {
  const { store } = context.hub;
  const owners = parseTerms(query).filter(({ qualifier }) => qualifier === 'user' || qualifier === 'org');
  return store.all('Repository').filter((repository) => {
    const name = store.nameWithOwner(repository).toLowerCase();
    return (
      context.sees(repository) &&
      owners.every(({ value }) => name.startsWith(`${value.toLowerCase()}/`)) &&
      words(query).every(({ value }) => name.includes(value.toLowerCase()))
    );
  });
}

export function searchUsers(context: RequestContext, query: string): AccountRecord[] {
  return context.hub.store
    .all('User', 'Organization')
    .filter(({ login }) => words(query).every(({ value }) => login.toLowerCase().includes(value.toLowerCase())));
}
