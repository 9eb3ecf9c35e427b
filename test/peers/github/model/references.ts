import type { Hub } from './hub.ts';
import type { Discussion, IssueRecord, PullRequestRecord, RepositoryRecord } from './records.ts';

export interface Reference {
  /** Null means the repository in which the text stands. */
  readonly nameWithOwner: string | null;
  readonly number: number;
  /** True after one of GitHub's closing keywords. */
  readonly closes: boolean;
}

const closingKeyword = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?::\s*|\s+)$/i;
const repositoryName = '[A-Za-z0-9][A-Za-z0-9-]*/[\\w.-]+';

function withoutCode(text: string): string {
  return text
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, ' ')
    .replace(/`[^`\n]*`/g, ' ');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The issues and pull requests that a text names: `#1`, `owner/name#1`, or by address. Code and comments do not count. */
export function parseReferences(text: string, baseUrl: string): Reference[] {
  const pattern = new RegExp(
    `${escape(baseUrl)}/(${repositoryName})/(?:issues|pull)/(\\d+)|(?<![\\w/#&])(${repositoryName})?#(\\d+)\\b`,
    'g',
  );
  const plain = withoutCode(text);
  return [...plain.matchAll(pattern)].map((match) => ({
    nameWithOwner: match[1] ?? match[3] ?? null,
    number: Number(match[2] ?? match[4]),
    closes: closingKeyword.test(plain.slice(0, match.index)),
  }));
}

/** The existing issues and pull requests that a text in that repository names. */
export function resolveReferences(
  hub: Hub,
  repository: RepositoryRecord,
  text: string,
): { readonly target: Discussion; readonly closes: boolean }[] {
  return parseReferences(text, hub.baseUrl).flatMap(({ nameWithOwner, number, closes }) => {
    const home = nameWithOwner === null ? repository : hub.store.repository(nameWithOwner);
    const target = home === undefined ? undefined : hub.store.discussion(home.id, number);
    return target === undefined ? [] : [{ target, closes }];
  });
}

/** The issues that merging a pull request closes. GitHub heeds its keywords only towards the default branch. */
export function closingIssues(hub: Hub, pullRequest: PullRequestRecord): IssueRecord[] {
  const repository = hub.store.repositoryOf(pullRequest.id);
  if (pullRequest.baseRefName !== repository.defaultBranch) return [];
  const found = resolveReferences(hub, repository, pullRequest.body)
    .filter(({ closes, target }) => closes && target.type === 'Issue')
    .map(({ target }) => target as IssueRecord);
  return [...new Set(found)];
}

/** The pull requests of the same repository whose merging closes the issue, oldest first. */
export function closingPullRequests(hub: Hub, issue: IssueRecord): PullRequestRecord[] {
  return hub.store
    .children(issue.parentId, 'PullRequest')
    .filter((pullRequest) => closingIssues(hub, pullRequest).includes(issue));
}

/** Puts a cross-reference on the timeline of whatever a text names for the first time. */
export function recordReferences(hub: Hub, source: Discussion, text: string, actorId: string): void {
  for (const { target } of resolveReferences(hub, hub.store.repositoryOf(source.id), text)) {
    if (target.id === source.id) continue;
    const known = hub.store.children(target.id, 'CrossReferencedEvent');
    if (known.some((event) => event.otherId === source.id)) continue;
    hub.addEvent('CrossReferencedEvent', target, actorId, { otherId: source.id });
  }
}
