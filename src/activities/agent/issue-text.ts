import type { ArtifactStore } from '../../artifacts/store.ts';
import { mayWrite, type IssueSnapshot } from '../../domain/issue.ts';
import type { GitHub } from '../../github/github.ts';
import type { AgentRunInput } from './types.ts';

/** The most commenters whose permission is asked for; later comments count first. */
const MAX_COMMENTERS = 30;

/** The issue as the agent is to see it, and whose comments may be shown. */
export interface IssueText {
  readonly snapshot: IssueSnapshot;
  /** Logins in lower case. On a public repository, only comments by people who may write reach a prompt. */
  readonly trustedCommenters: ReadonlySet<string> | 'all';
}

/** The issue as the last sync kept it; where this host's store does not have it, as GitHub has it now. */
export async function readIssueText(
  deps: { readonly artifacts: ArtifactStore; readonly github: GitHub },
  input: AgentRunInput,
): Promise<IssueText> {
  const kept = await deps.artifacts.get(input.snapshot);
  const snapshot = kept ? (JSON.parse(kept.toString('utf8')) as IssueSnapshot) : await deps.github.issue(input.issue);
  if (snapshot.repository.isPrivate) return { snapshot, trustedCommenters: 'all' };
  return { snapshot, trustedCommenters: await trustedCommenters(deps.github, snapshot) };
}

async function trustedCommenters(
  github: GitHub,
  { repository, comments }: IssueSnapshot,
): Promise<ReadonlySet<string>> {
  const others = comments.filter(({ viewerDidAuthor }) => !viewerDidAuthor).toReversed();
  const authors = new Set(others.flatMap(({ author }) => (author === null ? [] : [author.toLowerCase()])));
  const trusted = new Set<string>();
  for (const author of [...authors].slice(0, MAX_COMMENTERS)) {
    // No answer means no: a comment that is left out does less harm than one that should not have been read.
    const permission = await github.permission(repository.nameWithOwner, author).catch(() => 'none' as const);
    if (mayWrite(permission)) trusted.add(author);
  }
  return trusted;
}
