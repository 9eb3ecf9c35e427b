import type { GitHub, OwnComment } from '../github/github.ts';
import type { PublishedComment } from './types.ts';

/**
 * Posts a comment once and edits it ever after. It is found by its marker among the comments of our own identity, so a
 * marker that someone else writes counts for nothing; and by the beginning of the comment, because our identity may be a
 * person's, who quotes what we wrote. A worker that died after posting finds what it posted.
 */
export async function postOwnComment(
  github: GitHub,
  options: { readonly subjectId: string; readonly marker: string; readonly body: string },
): Promise<PublishedComment> {
  const body = `${options.marker}\n${options.body}`;
  const comments = await github.ownComments(options.subjectId, options.marker);
  const existing = comments.find((comment) => comment.body.startsWith(options.marker));
  const { id, url, updatedAt } = await put(github, options.subjectId, body, existing);
  // Without the body, which may have 60 KB and would stand in the workflow's history.
  return { id, url, at: updatedAt };
}

async function put(
  github: GitHub,
  subjectId: string,
  body: string,
  existing: OwnComment | undefined,
): Promise<OwnComment> {
  if (!existing) return github.addComment(subjectId, body);
  return existing.body === body ? existing : github.updateComment(existing.id, body);
}
