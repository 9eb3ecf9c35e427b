import type { RepositoryEntry } from '../../config/edit-repositories.ts';
import { mayWrite, type Repository } from '../../domain/issue.ts';
import { parseInput, repositoryInput } from '../../domain/schemas/input.ts';
import type { GitHub } from '../../github/github.ts';
import { asGhwError } from '../output.ts';
import { plainLine } from '../text.ts';
import type { Asker } from './asker.ts';

/** Repositories that are offered. */
const OFFERED = 20;
const OTHER = 'other';

/** Why a repository cannot be worked on with this token; undefined if it can. */
export function obstacleOf({
  nameWithOwner,
  isArchived,
  hasIssues,
  viewerPermission,
  defaultBranch,
}: Repository): string | undefined {
  if (isArchived) return `${nameWithOwner} is archived: nothing can be pushed to it.`;
  if (!mayWrite(viewerPermission)) {
    return `The token may only ${viewerPermission} ${nameWithOwner}: branches and pull requests need write.`;
  }
  if (!hasIssues) return `${nameWithOwner} has issues turned off.`;
  return defaultBranch === null ? `${nameWithOwner} has no commits to build on.` : undefined;
}

/** Asks which repositories to work on. With a token, GitHub is asked about each at once. */
export async function askRepositories(
  asker: Asker,
  github: GitHub | null,
  given: readonly RepositoryEntry[],
): Promise<readonly RepositoryEntry[]> {
  if (given.length > 0)
    return verify(
      asker,
      github,
      given.map(({ name }) => name),
    );
  const recent = github === null ? [] : await offered(github);
  if (recent.length === 0) return askByName(asker, github);
  const chosen = await asker.chosenMany('Which repositories shall it work on?', [
    ...recent.map(({ nameWithOwner, isPrivate }) => ({
      value: nameWithOwner,
      label: nameWithOwner,
      ...(isPrivate ? { hint: 'private' } : {}),
    })),
    { value: OTHER, label: 'Another one …' },
  ]);
  const known = recent
    .filter(({ nameWithOwner }) => chosen.includes(nameWithOwner))
    .map(({ nameWithOwner: name, id }) => ({ name, id }));
  return chosen.includes(OTHER) ? [...known, ...(await askByName(asker, github))] : known;
}

async function offered(github: GitHub): Promise<readonly Repository[]> {
  // A token that may not list them can still be right for one that is named.
  const recent = await github.recentRepositories(OFFERED).catch(() => []);
  return recent.filter((repository) => obstacleOf(repository) === undefined);
}

async function askByName(
  asker: Asker,
  github: GitHub | null,
  question = 'Which repositories? (owner/repo, several with spaces; empty for later)',
): Promise<readonly RepositoryEntry[]> {
  const text = await asker.written(question, {
    placeholder: 'octo/hello',
    check: namesIn,
  });
  return verify(asker, github, namesIn(text));
}

/** Those that GitHub knows and that can be worked on; what is wrong with the others is said, and they are asked for again. */
async function verify(
  asker: Asker,
  github: GitHub | null,
  names: readonly string[],
): Promise<readonly RepositoryEntry[]> {
  if (github === null) return names.map((name) => ({ name }));
  const good: RepositoryEntry[] = [];
  let hasFailed = false;
  for (const name of names) {
    const found = await github.repository(name).catch((error: unknown) => plainLine(asGhwError(error).message));
    const obstacle = typeof found === 'string' ? found : obstacleOf(found);
    if (typeof found !== 'string' && obstacle === undefined) good.push({ name: found.nameWithOwner, id: found.id });
    else {
      asker.say(obstacle ?? '');
      hasFailed = true;
    }
  }
  if (!hasFailed) return good;
  return [...good, ...(await askByName(asker, github, 'Which repositories instead? (empty for none)'))];
}

function namesIn(text: string): readonly string[] {
  return text
    .split(/[\s,]+/)
    .filter((name) => name !== '')
    .map((name) => parseInput(repositoryInput, name, 'A repository'));
}
